package dev.merit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Files that a test compares with what the code makes today. A difference is a change that others can see, so it has
 * to be made on purpose: {@code -Dmerit.golden.write=true} writes the files anew.
 */
public final class GoldenFiles {
    private static final String WRITE = "merit.golden.write";

    private final Path folder;

    private GoldenFiles(Path folder) {
        this.folder = folder;
    }

    /** Files in a folder, relative to the module. */
    public static GoldenFiles in(String folder) {
        return new GoldenFiles(Path.of(folder));
    }

    /** Whether files are written instead of compared. */
    public static boolean writing() {
        return Boolean.getBoolean(WRITE);
    }

    /** The file's text; fails when there is none. With the property, writes {@code today} and returns it. */
    public String expected(String name, String today) {
        Path file = folder.resolve(name);
        try {
            if (writing()) {
                Files.createDirectories(folder);
                Files.writeString(file, today, UTF_8);
            }
            if (Files.notExists(file)) {
                throw new AssertionError(file + " is missing; -D" + WRITE + "=true writes it");
            }
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of all files that are there. */
    public Set<String> names() {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
