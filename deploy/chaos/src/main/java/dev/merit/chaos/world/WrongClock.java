package dev.merit.chaos.world;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets a process believe that it is another time, where libfaketime is installed; what it measures stays right. */
public final class WrongClock {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"));

    private WrongClock() {}

    /** The environment of such a process; empty for the right time. */
    static Map<String, String> environment(int hours) {
        return hours == 0
                ? Map.of()
                : Map.of(
                        "LD_PRELOAD",
                        library().orElseThrow().toString(),
                        "FAKETIME",
                        (hours > 0 ? "+" : "") + hours + "h",
                        "FAKETIME_DONT_FAKE_MONOTONIC",
                        "1",
                        "DONT_FAKE_MONOTONIC",
                        "1",
                        // Else it "mends" waits that Java does by the right clock, and each of them ends at once.
                        "FAKETIME_FORCE_MONOTONIC_FIX",
                        "0");
    }

    /** Why it cannot be done here; nothing when it can. */
    public static Optional<String> obstacle() {
        return library().isPresent() ? Optional.empty() : Optional.of("libfaketime is not installed");
    }

    private static Optional<Path> library() {
        return PLACES.stream().filter(Files::isRegularFile).findFirst();
    }
}
