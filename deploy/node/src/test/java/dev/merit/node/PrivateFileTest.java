package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFileTest {
    private static final NodeDescription NODE =
            new NodeDescription(42, 8080, 8081, "postgresql://merit:secret@127.0.0.1:5432/merit", null);

    private final Path directory;

    PrivateFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Breaks when another user of the machine could read the database's password. */
    @Test
    void isForItsOwnerOnly() throws IOException {
        NodeDescription.file(directory).write(NODE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("node.json"))))
                .isEqualTo("rw-------");
    }

    /** Breaks when a name that scripts rely on changes. */
    @Test
    void hasTheNamesThatScriptsReadBy() throws IOException {
        NodeDescription.file(directory).write(NODE);

        assertThat(Files.readString(directory.resolve("node.json")))
                .isEqualTo("{\"pid\":42,\"http_port\":8080,\"management_port\":8081,"
                        + "\"database_url\":\"postgresql://merit:secret@127.0.0.1:5432/merit\","
                        + "\"kafka_bootstrap_servers\":null}");
    }

    @Test
    void isReplacedAsAWhole() {
        PrivateFile<NodeDescription> file = NodeDescription.file(directory);
        file.write(NODE);

        file.write(new NodeDescription(43, 1, 2, "postgresql://merit@127.0.0.1/merit", "127.0.0.1:9092"));

        assertThat(file.read().orElseThrow().pid()).isEqualTo(43);
        assertThat(directory).isDirectoryContaining("glob:**/node.json").isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void holdsNothingBeforeItIsWritten() {
        assertThat(NodeDescription.file(directory).read()).isEmpty();
    }
}
