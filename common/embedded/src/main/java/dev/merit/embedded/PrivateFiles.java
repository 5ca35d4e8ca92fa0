package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and directories that only this user may read. */
final class PrivateFiles {
    private PrivateFiles() {}

    /** Creates the directory with its parents when missing; only the directories made here are private. */
    static Path directory(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return directory.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the directory " + directory, e);
        }
    }

    /** Writes a file that is either wholly there or not at all, also after a kill or a power cut. */
    static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(
                file.getFileName() + ".new-" + ProcessHandle.current().pid());
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** True for a real directory of this user that nobody else may enter: a name in a shared place proves nothing. */
    static boolean isOurs(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Object owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner instanceof Integer uid
                && uid == Platform.uid()
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))
                        .equals("rwx------");
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                // Somebody else deletes the same tree.
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The last characters of a log, for the message of a failed start. */
    static String tail(Path file, int charactersMax) {
        try {
            if (!Files.exists(file)) {
                return "";
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                long from = Math.max(0, channel.size() - charactersMax);
                ByteBuffer bytes = ByteBuffer.allocate(charactersMax);
                channel.read(bytes, from);
                return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
            }
        } catch (IOException e) {
            return "";
        }
    }
}
