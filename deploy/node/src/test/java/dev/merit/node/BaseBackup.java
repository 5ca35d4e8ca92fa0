package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.platform.pg.DatabaseOptions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/**
 * A base backup of a running server, made as pg_basebackup makes one: the files as they are found, and all of the log
 * that is needed to make them agree. The programs that come along with the embedded server do not include that one.
 */
final class BaseBackup implements AutoCloseable {
    private static final String DATA = "data";
    private static final String LOG = "pg_wal";

    /** What the server makes anew; the log is copied at the end. */
    private static final Set<String> EMPTIED = Set.of(
            LOG, "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

    private final Connection session;
    private final Path server;
    private final Path backup;

    private BaseBackup(Connection session, Path server, Path backup) {
        this.session = session;
        this.server = server;
        this.backup = backup;
    }

    /**
     * Tells the server, which keeps its log from here on.
     *
     * @param server the embedded server's directory
     * @param backup where its copy shall lie
     */
    static BaseBackup begin(String databaseUrl, Path server, Path backup) throws SQLException {
        var login = new DatabaseOptions(databaseUrl, null, null, 1);
        Connection session = DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password());
        BaseBackup begun = new BaseBackup(session, server, backup);
        begun.execute("SELECT pg_create_physical_replication_slot('backup', true, true)");
        begun.execute("SELECT pg_backup_start('backup', fast => true)");
        return begun;
    }

    /** Copies the files while the server writes them. */
    void copyFiles() throws IOException {
        Files.createDirectories(backup);
        Files.copy(server.resolve("password"), backup.resolve("password"));
        copy(server.resolve(DATA), backup.resolve(DATA), EMPTIED);
    }

    /** From here on nothing that is committed is part of it. */
    void finish() throws IOException, SQLException {
        try (var statement = session.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT labelfile, spcmapfile FROM pg_backup_stop(wait_for_archive => false)")) {
            assertThat(rows.next()).isTrue();
            Files.writeString(backup.resolve(DATA).resolve("backup_label"), rows.getString(1));
            assertThat(rows.getString(2)).as("tablespaces of their own").isNullOrEmpty();
        }
        copy(
                server.resolve(DATA).resolve(LOG),
                backup.resolve(DATA).resolve(LOG),
                Set.of("archive_status", "summaries"));
    }

    /** Lays the backup out where a server shall start on it. */
    static void restore(Path backup, Path server) throws IOException {
        copy(backup, server, Set.of());
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }

    private void execute(String query) throws SQLException {
        try (var statement = session.createStatement()) {
            var unused = statement.execute(query);
        }
    }

    private static void copy(Path from, Path to, Set<String> emptied) throws IOException {
        var unused = Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path made = Files.createDirectories(to.resolve(from.relativize(directory)));
                // The server refuses a directory that others may enter.
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
                return emptied.contains(directory.getFileName().toString()) && !directory.equals(from)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!LEFT_OUT.contains(file.getFileName().toString())) {
                    try {
                        Files.copy(file, to.resolve(from.relativize(file)));
                    } catch (NoSuchFileException e) {
                        // Dropped meanwhile; the log says so, too.
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
    }
}
