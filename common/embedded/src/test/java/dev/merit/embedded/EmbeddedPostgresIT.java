package dev.merit.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    private final Path directory;

    EmbeddedPostgresIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void keepsWhatWasCommittedAcrossCloseAndStart() throws SQLException {
        // Breaks when the data directory is made anew at a start, or its name or password changes.
        List<String> steps = new ArrayList<>();
        PostgresOptions options = PostgresOptions.forTests(directory).withProgress(steps::add);
        long firstPid;
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options)) {
            firstPid = server.pid();
            Rows.execute(server.jdbcUrl(), "CREATE TABLE note (text text)");
            Rows.execute(server.jdbcUrl(), "INSERT INTO note VALUES ('kept')");
            assertThat(server.url())
                    .startsWith("postgresql://merit:")
                    .endsWith("@127.0.0.1:" + server.port() + "/merit");
            assertThat(server.socketDirectory().resolve(".s.PGSQL." + server.port()))
                    .exists();
            assertThat(server.toString())
                    .doesNotContain(
                            Files.readString(directory.resolve("password")).strip());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(ProcessHandle.of(firstPid)).isEmpty();
        try (EmbeddedPostgres server = EmbeddedPostgres.start(options)) {
            assertThat(Rows.value(server.jdbcUrl(), "SELECT text FROM note")).isEqualTo("kept");
        }
        assertThat(steps)
                .containsSubsequence("creating", "starting", "starting")
                .containsOnlyOnce("creating");
    }

    @Test
    void runsWithEverySettingThatMakesACommitDurable() throws SQLException {
        // Breaks when the settings of throwaway test servers come back: they lose commits in a power cut.
        try (EmbeddedPostgres server =
                EmbeddedPostgres.start(PostgresOptions.forTests(directory).withSettings(Map.of("work_mem", "5MB")))) {
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
                assertThat(Rows.value(server.jdbcUrl(), "SHOW " + setting))
                        .as(setting)
                        .isEqualTo("on");
            }
            assertThat(Rows.value(server.jdbcUrl(), "SHOW work_mem")).isEqualTo("5MB");
            assertThat(Rows.value(server.jdbcUrl(), "SHOW server_version")).startsWith("18.");
            assertThat(Rows.value(server.jdbcUrl(), "SHOW max_connections")).isEqualTo("200");
            assertThat(Rows.value(server.jdbcUrl(), "SHOW server_encoding")).isEqualTo("UTF8");
        }
    }

    @Test
    void letsNobodyInWithoutThePassword() throws IOException {
        // Breaks when authentication becomes trust: every user of the machine could then write points.
        try (EmbeddedPostgres server = EmbeddedPostgres.start(PostgresOptions.forTests(directory))) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/merit?user=merit&password=guess";
            assertThatThrownBy(() -> Rows.value(url, "SELECT 1")).hasMessageContaining("password");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("password"))))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.socketDirectory())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void tellsItsOwnerWhenItDies() throws SQLException {
        // Breaks when the warden's shell stays behind after its server: the node would wait for a dead database.
        try (EmbeddedPostgres server = EmbeddedPostgres.start(PostgresOptions.forTests(directory))) {
            Rows.execute(server.jdbcUrl(), "CREATE TABLE note (text text)");
            ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
            await().atMost(Duration.ofSeconds(10)).until(() -> server.onExit().isDone());
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start(PostgresOptions.forTests(directory))) {
            assertThat(Rows.value(server.jdbcUrl(), "SELECT count(*) FROM note"))
                    .isEqualTo("0");
        }
    }

    @Test
    void healsAFirstStartThatWasKilledHalfWay() throws IOException, SQLException {
        // Breaks when a half-made cluster is taken for a whole one, or stands in the way of a new one.
        Path half = Files.createDirectories(directory.resolve("data.new-1").resolve("base"));
        Files.writeString(half.resolve("1"), "half");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(PostgresOptions.forTests(directory))) {
            assertThat(Rows.value(server.jdbcUrl(), "SELECT 1")).isEqualTo("1");
        }
        assertThat(half).doesNotExist();
    }

    @Test
    void takesNoNoticeOfAPidThatNowBelongsToAnotherProgram() throws IOException, SQLException {
        // Breaks when a stale postmaster.pid is believed: after a restart of the machine the id may be anybody's.
        EmbeddedPostgres.start(PostgresOptions.forTests(directory)).close();
        Path data = directory.resolve("data");
        Files.writeString(
                data.resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + data + "\n1\n5432\n\n127.0.0.1\n\nready\n");
        try (EmbeddedPostgres server = EmbeddedPostgres.start(PostgresOptions.forTests(directory))) {
            assertThat(Rows.value(server.jdbcUrl(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            PostgresOptions options = PostgresOptions.forTests(directory).withPort(taken.getLocalPort());
            assertThatThrownBy(() -> EmbeddedPostgres.start(options))
                    .isInstanceOf(ServerStartFailed.class)
                    .hasMessageContaining("The port " + taken.getLocalPort());
        }
    }
}
