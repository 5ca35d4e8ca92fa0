package dev.merit.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An exclusive hold on a directory, from {@link #hold} to {@link #close} or to the death of this JVM.
 *
 * <p>The operating system gives the lock back when the holder dies, so nothing has to be cleaned up after a kill. The
 * lock file stays: removing it would let two later holders lock two different files of one name.
 */
public final class DataDirectory implements AutoCloseable {
    /**
     * What this JVM holds. A POSIX lock belongs to the process and is lost when the process closes any descriptor of
     * the file, so a second hold inside this JVM must be refused before the file is opened.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final int PID_BYTES_MAX = 20;

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates the directory when it is missing and holds it.
     *
     * @throws DataDirectoryInUse when this or another process holds it already
     */
    public static DataDirectory hold(Path directory) {
        Path real = PrivateFiles.directory(directory);
        if (!HELD.add(real)) {
            throw new DataDirectoryInUse(
                    real, Long.toString(ProcessHandle.current().pid()));
        }
        boolean held = false;
        try {
            FileChannel channel = lock(real);
            held = true;
            return new DataDirectory(real, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock the data directory " + real, e);
        } finally {
            if (!held) {
                HELD.remove(real);
            }
        }
    }

    /** The directory's real path. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.truncate(0);
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release the data directory " + path, e);
        } finally {
            HELD.remove(path);
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(
                directory.resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (channel.tryLock() == null) {
                throw new DataDirectoryInUse(directory, holder(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(PID_BYTES_MAX);
        channel.read(bytes, 0);
        String pid = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return pid.isEmpty() ? "unknown" : pid;
    }
}
