package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged program says when it cannot be run as asked. */
final class RefusalJourneyIT {
    private final Path directory;

    RefusalJourneyIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Breaks when a misspelt setting is passed over in silence. */
    @Test
    void namesEverySettingItDoesNotUnderstand() throws Exception {
        Map<String, String> environment = new HashMap<>(RunningNode.environment(directory.resolve("data")));
        environment.put("MERIT_HTPP_PORT", "80");
        environment.put("MERIT_DRAIN_SECONDS", "soon");

        Shell.Outcome outcome = Shell.run(directory, environment, RunningNode.command("up"));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.said()).hasLineCount(2).contains("MERIT_HTPP_PORT", "MERIT_DRAIN_SECONDS");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void asksForTheServersOfANode() throws Exception {
        Shell.Outcome outcome =
                Shell.run(directory, RunningNode.environment(directory.resolve("data")), RunningNode.command("node"));

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.said()).contains("MERIT_DATABASE_URL", "MERIT_KAFKA_BOOTSTRAP_SERVERS");
    }

    @Test
    void listsItsCommands() throws Exception {
        Shell.Outcome outcome = Shell.run(directory, Map.of(), RunningNode.command("help"));

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.said()).contains("up", "node", "migrate", "keys", "bench", "version");
    }

    /** Breaks when a port that another program holds ends in a stack trace. */
    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> environment = new HashMap<>(RunningNode.environment(directory.resolve("data")));
            environment.put("MERIT_HTTP_PORT", Integer.toString(taken.getLocalPort()));
            environment.put("MERIT_KAFKA_BOOTSTRAP_SERVERS", "off");

            Shell.Outcome outcome = Shell.run(directory, environment, RunningNode.command("up"));

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.said())
                    .contains("127.0.0.1:" + taken.getLocalPort(), "MERIT_HTTP_PORT")
                    .doesNotContain("\tat ");
        }
    }
}
