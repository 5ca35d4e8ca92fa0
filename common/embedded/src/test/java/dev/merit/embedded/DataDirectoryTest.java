package dev.merit.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private final Path directory;

    DataDirectoryTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void refusesASecondHolderInTheSameProgramUntilTheFirstLetsGo() {
        Path nested = directory.resolve("a").resolve("b");
        try (DataDirectory first = DataDirectory.hold(nested)) {
            assertThat(first.path()).isDirectory();
            assertThatThrownBy(() -> DataDirectory.hold(nested.resolve("..").resolve("b")))
                    .isInstanceOf(DataDirectoryInUse.class)
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
        }
        DataDirectory.hold(nested).close();
    }
}
