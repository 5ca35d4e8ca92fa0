package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one PostgreSQL: made once, then kept. */
final class PostgresCluster {
    private static final Logger LOGGER = LoggerFactory.getLogger(PostgresCluster.class);

    static final String USER = "merit";
    static final String DATABASE = "merit";

    private static final Duration CREATION_LIMIT = Duration.ofMinutes(2);
    private static final int PASSWORD_BYTES = 24;
    private static final String FRESH = "data.new-";
    private static final int TAIL_CHARACTERS = 2_000;

    private final Path directory;
    private final PostgresBinaries binaries;

    PostgresCluster(Path directory, PostgresBinaries binaries) {
        this.directory = directory;
        this.binaries = binaries;
    }

    Path directory() {
        return directory;
    }

    Path data() {
        return directory.resolve("data");
    }

    /** What the server says before its own log is open. */
    Path startLog() {
        return directory.resolve(Warden.LOG);
    }

    Path logs() {
        return directory.resolve("logs");
    }

    boolean exists() {
        return Files.isDirectory(data());
    }

    String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw new ServerStartFailed(
                    "The data in " + data() + " is there, but the file with its password, " + passwordFile()
                            + ", cannot be read.",
                    e);
        }
    }

    /**
     * Makes the cluster under another name and gives it its own name last, so a kill on the way leaves nothing half.
     */
    void create() {
        try {
            removeUnfinished();
            if (!Files.exists(passwordFile())) {
                byte[] random = new byte[PASSWORD_BYTES];
                new SecureRandom().nextBytes(random);
                PrivateFiles.write(passwordFile(), HexFormat.of().formatHex(random) + "\n");
            }
            Path fresh = directory.resolve(FRESH + ProcessHandle.current().pid());
            initdb(fresh);
            createDatabase(fresh);
            Files.move(fresh, data(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a database cluster in " + directory, e);
        }
    }

    /** PostgreSQL's data has the form of its major version; another one cannot read it. */
    void refuseOtherVersion() {
        String program = PostgresBinaries.version().split("\\.", 2)[0];
        try {
            String kept = Files.readString(data().resolve("PG_VERSION")).strip();
            if (!kept.equals(program)) {
                throw new ServerStartFailed("The data in " + data() + " is of PostgreSQL " + kept
                        + " and this program brings " + program + "; move it with pg_upgrade or a dump.");
            }
        } catch (IOException e) {
            throw new ServerStartFailed("The directory " + data() + " is not a PostgreSQL data directory.", e);
        }
    }

    /**
     * One of PostgreSQL's programs. It refuses to run as root, so for root it gets a user namespace, where it is
     * nobody.
     */
    List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        if (Platform.isRoot()) {
            command.add(Platform.executable("unshare")
                    .filter(found -> Platform.isLinux())
                    .orElseThrow(() -> new ServerStartFailed("PostgreSQL does not run as root; start this program as"
                            + " another user, or name an external database.")));
            command.add("-U");
        }
        command.add(binaries.program(program).toString());
        command.addAll(arguments);
        return command;
    }

    String tailOfLogs() {
        return (PrivateFiles.tail(startLog(), TAIL_CHARACTERS) + "\n" + tailOfNewestLog()).strip();
    }

    private String tailOfNewestLog() {
        if (!Files.isDirectory(logs())) {
            return "";
        }
        try (Stream<Path> files = Files.list(logs())) {
            return files.max((one, other) -> Long.compare(
                            one.toFile().lastModified(), other.toFile().lastModified()))
                    .map(file -> PrivateFiles.tail(file, TAIL_CHARACTERS))
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private Path passwordFile() {
        return directory.resolve("password");
    }

    private void initdb(Path fresh) {
        run(
                command(
                        "initdb",
                        List.of(
                                "-D",
                                fresh.toString(),
                                "-U",
                                USER,
                                "-E",
                                "UTF8",
                                "--locale=C",
                                "-A",
                                "scram-sha-256",
                                "--pwfile=" + passwordFile())),
                Warden.Job.NOTHING);
    }

    /** In single-user mode, so that nothing has to listen and no client is needed. */
    private void createDatabase(Path fresh) throws IOException {
        Path statement = directory.resolve("create.sql");
        Files.writeString(statement, "CREATE DATABASE " + DATABASE + "\n");
        run(command("postgres", List.of("--single", "-j", "-D", fresh.toString(), "postgres")), statement);
        Files.delete(statement);
    }

    private void run(List<String> command, Path input) {
        int status = Warden.run(
                new Warden.Job(command, new Warden.Signals("TERM", "KILL"), directory, input), CREATION_LIMIT);
        if (status != 0) {
            String hint = Platform.isRoot()
                    ? " Under root PostgreSQL needs user namespaces, which many containers forbid: run as another user."
                    : "";
            throw new ServerStartFailed("PostgreSQL could not create its data in " + directory + "." + hint + "\n"
                    + PrivateFiles.tail(startLog(), TAIL_CHARACTERS));
        }
    }

    private void removeUnfinished() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith(FRESH)) {
                    removeIfQuiet(file);
                }
            }
        }
    }

    private static void removeIfQuiet(Path unfinished) {
        try {
            PrivateFiles.deleteTree(unfinished);
        } catch (IOException e) {
            // An initdb whose program was killed a moment ago still writes here. The next creation removes the rest.
            LOGGER.atDebug().setCause(e).log("postgres.unfinished.kept");
        }
    }
}
