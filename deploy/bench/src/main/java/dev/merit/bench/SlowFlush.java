package dev.merit.bench;

import dev.merit.bench.measure.BenchFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes a PostgreSQL flush as slowly as a disk far away: a small library stands between it and the kernel and sleeps
 * before each flush. What is durable stays so.
 */
final class SlowFlush {
    private static final String PROGRAM = "postgres";
    private static final int COMPILE_LIMIT_SECONDS = 60;

    private static final int PROOF_COMMITS = 50;

    private SlowFlush() {}

    /**
     * Fails unless a commit takes as long as it should: a library that is not loaded says nothing, and then the disk as
     * it is would be taken for a slow one.
     *
     * @return what a commit takes by the median
     */
    static Duration prove(Connection connection, Duration delay) throws SQLException {
        List<Long> took = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            // Not a temporary one: what nobody misses after a crash is not flushed.
            statement.execute("CREATE TABLE slow_flush_proof (number int)");
            for (int number = 0; number < PROOF_COMMITS; number++) {
                long begun = System.nanoTime();
                statement.execute("INSERT INTO slow_flush_proof VALUES (1)");
                took.add(System.nanoTime() - begun);
            }
            statement.execute("DROP TABLE slow_flush_proof");
        }
        Duration median = Duration.ofNanos(took.stream().sorted().toList().get(PROOF_COMMITS / 2));
        if (median.compareTo(delay) < 0) {
            throw new BenchFailed("Each flush was to take " + delay.toMillis() + " ms longer, but half of "
                    + PROOF_COMMITS + " commits were done within " + median.toNanos() / 1_000
                    + " µs: the library for slow flushes does not act.");
        }
        return median;
    }

    /** Puts itself before the program that was unpacked there. */
    static void install(Path directory, Duration delay) {
        try {
            Path library = compile(directory, delay);
            Path program = program(directory);
            Files.move(program, program.resolveSibling("unhurried-postgres"));
            Files.writeString(program, wrapper(library));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new BenchFailed("PostgreSQL cannot be made to flush slowly: " + e.getMessage(), e);
        }
    }

    private static String source(Duration delay) {
        return """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <errno.h>
                #include <time.h>
                static void wait_a_moment(void) {
                    struct timespec rest = { %d, %d };
                    while (nanosleep(&rest, &rest) == -1 && errno == EINTR) {
                    }
                }
                int fdatasync(int file) {
                    wait_a_moment();
                    return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(file);
                }
                int fsync(int file) {
                    wait_a_moment();
                    return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(file);
                }
                """.formatted(delay.toSeconds(), delay.toNanosPart());
    }

    /** The name ends as the program's does, which is how its process is known. */
    private static String wrapper(Path library) {
        return """
                #!/bin/sh
                LD_PRELOAD="%s" exec "$(dirname "$0")/unhurried-postgres" "$@"
                """.formatted(library);
    }

    private static Path program(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Optional<Path> program = files.map(folder -> folder.resolve("bin").resolve(PROGRAM))
                    .filter(Files::isExecutable)
                    .findFirst();
            return program.orElseThrow(() -> new BenchFailed("PostgreSQL's programs are not in " + directory + "."));
        }
    }

    private static Path compile(Path directory, Duration delay) throws IOException {
        Path source = directory.resolve("slowflush.c");
        Path library = directory.resolve("slowflush.so");
        Files.writeString(source, source(delay));
        Process compiler;
        try {
            compiler = new ProcessBuilder(List.of(
                            "cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString(), "-ldl"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("slowflush.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new BenchFailed("A slow flush needs a C compiler, and there is no cc on the path.", e);
        }
        try {
            if (!compiler.waitFor(COMPILE_LIMIT_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
                compiler.destroyForcibly();
                throw new BenchFailed("cc refused the library for a slow flush: "
                        + Files.readString(directory.resolve("slowflush.log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("Interrupted while cc was running.", e);
        }
        return library;
    }
}
