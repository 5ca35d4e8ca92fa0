package dev.merit.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerDeathIT {
    private static final String TOPIC = "merit.notes";

    private final Path directory;

    OwnerDeathIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void leavesNoServerBehindAndLosesNothingWhenTheOwnerIsKilled() throws Exception {
        // Breaks when a server no longer hangs on its owner's pipe, or when a commit is not on disk.
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            Rows.execute(owner.jdbcUrl(), "CREATE TABLE note (text text)");
            Rows.execute(owner.jdbcUrl(), "INSERT INTO note VALUES ('kept')");
            Messages.createTopic(owner.bootstrapServers(), TOPIC);
            Messages.send(owner.bootstrapServers(), TOPIC, "kept");
            assertThat(owner.serversAreGone()).isFalse();

            owner.kill();
            await().atMost(Duration.ofSeconds(5)).until(owner::serversAreGone);
            await().atMost(Duration.ofSeconds(1)).until(() -> Files.notExists(owner.socketDirectory()));
        }
        try (OwnerProcess next = OwnerProcess.start(directory)) {
            assertThat(Rows.value(next.jdbcUrl(), "SELECT text FROM note")).isEqualTo("kept");
            assertThat(Messages.read(next.bootstrapServers(), TOPIC, 1)).containsExactly("kept");
        }
    }

    @Test
    void startsAgainAtOnceWhileTheOldServersAreStillWindingDown() throws Exception {
        // Breaks when a start does not wait for the predecessor: a supervisor restarts a killed node immediately.
        OwnerProcess owner = OwnerProcess.start(directory);
        Rows.execute(owner.jdbcUrl(), "CREATE TABLE note (text text)");
        owner.kill();
        try (OwnerProcess next = OwnerProcess.start(directory)) {
            assertThat(Rows.value(next.jdbcUrl(), "SELECT count(*) FROM note")).isEqualTo("0");
            assertThat(next.postgres()).isNotEqualTo(owner.postgres());
        }
    }

    @Test
    void stopsADatabaseThatLostItsWardenAndItsOwner() throws Exception {
        // Breaks when a start only waits for the predecessor: nothing else would ever stop this one.
        OwnerProcess owner = OwnerProcess.start(directory);
        Rows.execute(owner.jdbcUrl(), "CREATE TABLE note (text text)");
        ProcessHandle server = ProcessHandle.of(owner.postgres()).orElseThrow();
        ProcessHandle warden = server.parent().orElseThrow();
        warden.children().filter(child -> child.pid() != server.pid()).forEach(ProcessHandle::destroyForcibly);
        warden.destroyForcibly();
        owner.kill();
        try (OwnerProcess next = OwnerProcess.start(directory)) {
            // It ended before the next one could start; whoever adopted it may take a moment to notice.
            await().atMost(Duration.ofSeconds(5)).until(() -> !server.isAlive());
            assertThat(Rows.value(next.jdbcUrl(), "SELECT count(*) FROM note")).isEqualTo("0");
        } finally {
            server.destroyForcibly();
            Files.deleteIfExists(owner.socketDirectory());
        }
    }

    @Test
    void keepsTheServersOutOfReachOfTheTerminalsInterrupt() throws Exception {
        // Breaks when the servers share the owner's process group: Ctrl-C would stop the database before the node.
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            Process kill = new ProcessBuilder(
                            "sh", "-c", "kill -s INT -- -" + owner.process().pid())
                    .start();
            assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
            Thread.sleep(1_500);
            assertThat(ProcessHandle.of(owner.postgres())).isPresent();
            assertThat(ProcessHandle.of(owner.kafka())).isPresent();
            assertThat(Rows.value(owner.jdbcUrl(), "SELECT 1")).isEqualTo("1");
            owner.kill();
            await().atMost(Duration.ofSeconds(5)).until(owner::serversAreGone);
        }
    }

    @Test
    void refusesASecondHolderOfTheDataDirectory() throws Exception {
        // Breaks when the lock is lost, for example because this JVM opened and closed the lock file once more.
        try (OwnerProcess owner = OwnerProcess.start(directory)) {
            assertThatThrownBy(() -> DataDirectory.hold(directory))
                    .isInstanceOf(DataDirectoryInUse.class)
                    .hasMessageContaining(directory.toRealPath().toString())
                    .hasMessageContaining("pid " + owner.process().pid());
        }
    }
}
