package dev.merit.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Cleans up after servers: a test leaves nothing behind. */
public final class TemporaryFiles {
    private TemporaryFiles() {}

    /** Deletes a folder and all in it; what is already gone is fine. */
    public static void delete(Path directory) {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
