package dev.merit.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What differs between the machines Merit runs on. */
final class Platform {
    private static final long UID = new UnixSystem().getUid();

    private Platform() {}

    static long uid() {
        return UID;
    }

    static boolean isRoot() {
        return UID == 0;
    }

    static boolean isLinux() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    }

    static boolean isArm() {
        return System.getProperty("os.arch", "").equals("aarch64");
    }

    /** The java program of the running JVM. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    static Optional<String> executable(String name) {
        List<String> places = new ArrayList<>();
        String path = System.getenv("PATH");
        if (path != null) {
            places.addAll(List.of(path.split(File.pathSeparator, -1)));
        }
        places.addAll(List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin"));
        return places.stream()
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** A port nobody listens on just now; somebody else may still be quicker, so callers try again. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port", e);
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do it: connections of a predecessor that are still closing are no obstacle.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
