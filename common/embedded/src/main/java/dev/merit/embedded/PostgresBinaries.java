package dev.merit.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** PostgreSQL's programs, unpacked once per version from the archive on the class path. */
final class PostgresBinaries {
    private static final String UNFINISHED = ".new-";

    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /** A place for unpacked programs that all tests of this user share. */
    static Path sharedCache() {
        Path cache = Platform.temporary().resolve("merit-programs-" + Platform.uid());
        Path real = PrivateFiles.directory(cache);
        try {
            if (!PrivateFiles.isOurs(real)) {
                throw new ServerStartFailed(
                        "The directory " + real + " belongs to somebody else or is open to others; remove it.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look at " + real, e);
        }
        return real;
    }

    /**
     * The programs in the cache, unpacked now when they are not there yet. Safe beside other processes doing the same.
     */
    static PostgresBinaries in(Path cache, Consumer<String> progress) {
        Path place = PrivateFiles.directory(cache);
        Path home = place.resolve("bin-" + version());
        if (!Files.isDirectory(home)) {
            progress.accept("unpacking");
            try {
                removeUnfinished(place);
                unpack(place, home);
            } catch (IOException e) {
                throw new ServerStartFailed("Cannot unpack PostgreSQL into " + home, e);
            }
        }
        return new PostgresBinaries(home);
    }

    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    /** The version of the binaries' artifact, for example 18.6.0. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres.properties")) {
            if (in == null) {
                throw new ServerStartFailed("postgres.properties is not on the class path.");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read postgres.properties", e);
        }
        return properties.getProperty("version", "");
    }

    private static void unpack(Path place, Path home) throws IOException {
        Path fresh = place.resolve(home.getFileName() + UNFINISHED
                + ProcessHandle.current().pid() + "-"
                + UUID.randomUUID().toString().substring(0, 8));
        Files.createDirectory(fresh);
        String archive = "/postgres-" + (Platform.isLinux() ? "linux" : "darwin")
                + (Platform.isArm() ? "-arm_64" : "-x86_64") + ".txz";
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(archive)) {
            if (packed == null) {
                throw new ServerStartFailed("There are no PostgreSQL programs for this machine on the class path ("
                        + archive + "); name an external database instead.");
            }
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed, 1 << 16)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    write(fresh, tar, entry);
                }
            }
            Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            // Somebody else was quicker, and what they unpacked is the same.
        } finally {
            PrivateFiles.deleteTree(fresh);
        }
    }

    private static void write(Path root, TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        Path target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("The archive leaves its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        if (entry.isLink()) {
            Files.createLink(target, root.resolve(entry.getLinkName()));
            return;
        }
        Files.copy(tar, target);
        boolean executable = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        // On disk before the folder gets its name: a power cut must not leave a complete-looking half.
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Removes what unpackers left behind that were killed. */
    private static void removeUnfinished(Path place) throws IOException {
        try (Stream<Path> files = Files.list(place)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                int mark = name.indexOf(UNFINISHED);
                if (name.startsWith("bin-") && mark > 0) {
                    String pid = name.substring(mark + UNFINISHED.length()).split("-", 2)[0];
                    if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                        PrivateFiles.deleteTree(file);
                    }
                }
            }
        }
    }
}
