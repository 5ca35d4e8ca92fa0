package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a server says of itself in the file postmaster.pid of its data directory; pg_ctl trusts the same lines. */
record PostmasterFile(long pid, String status) {
    private static final int STATUS_LINE = 7;

    static Optional<PostmasterFile> read(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            if (lines.isEmpty() || lines.getFirst().isBlank()) {
                return Optional.empty();
            }
            String status = lines.size() > STATUS_LINE ? lines.get(STATUS_LINE).strip() : "";
            return Optional.of(
                    new PostmasterFile(Long.parseLong(lines.getFirst().strip()), status));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read postmaster.pid in " + data, e);
        }
    }

    boolean isReady() {
        return status.equals("ready");
    }

    /**
     * The living process of that id, when it is a PostgreSQL at all: ids are used again after a restart of the machine.
     */
    Optional<ProcessHandle> server() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(process -> process.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString().contains("postgres"))
                .orElse(true));
    }

    /**
     * Removes the file of a dead server whose id now belongs to another program, which PostgreSQL would take for the
     * server. With the id free it finds out by itself, and does so better: it also looks for children of the dead one.
     */
    void removeWhenMisleading(Path data) {
        if (ProcessHandle.of(pid).isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove postmaster.pid in " + data, e);
        }
    }
}
