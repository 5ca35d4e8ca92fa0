package dev.merit.bench.measure;

import dev.merit.bench.measure.CpuShares.Program;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Processor time of whole programs, from the process table of Linux; elsewhere it knows nothing. */
public final class CpuClock {
    private static final Path TABLE = Path.of("/proc");

    /** Ticks of the kernel's user interface are hundredths of a second on every Linux that Java runs on. */
    private static final long NANOSECONDS_PER_TICK = 10_000_000;

    private final Map<Program, Set<Long>> roots = new EnumMap<>(Program.class);

    public CpuClock() {
        watch(Program.LOAD, ProcessHandle.current().pid());
    }

    /**
     * Counts that process, beside those of the same kind; for PostgreSQL with all its children, for the node without,
     * as its only ones are the broker's.
     */
    public void watch(Program program, long pid) {
        roots.computeIfAbsent(program, kind -> new LinkedHashSet<>()).add(pid);
    }

    /** Counts nothing of that kind any longer. */
    public void forget(Program program) {
        roots.remove(program);
    }

    /** Begins a stretch. */
    public Stretch start() {
        return new Stretch(read(), System.nanoTime());
    }

    /** A stretch of time being measured. */
    public final class Stretch {
        private final Map<Program, Duration> before;
        private final long since;

        private Stretch(Map<Program, Duration> before, long since) {
            this.before = before;
            this.since = since;
        }

        public CpuShares end() {
            Map<Program, Duration> after = read();
            return CpuShares.between(before, after, Duration.ofNanos(System.nanoTime() - since));
        }
    }

    private record Entry(long pid, long parent, long own, long reaped) {}

    private Map<Program, Duration> read() {
        Map<Long, Entry> table = table();
        var spent = new EnumMap<Program, Duration>(Program.class);
        roots.forEach((program, pids) -> {
            // One that is gone took its figures along: then nothing can be said of the others either.
            if (!pids.isEmpty() && table.keySet().containsAll(pids)) {
                long ticks = pids.stream()
                        .mapToLong(pid -> ticks(table, program, pid))
                        .sum();
                spent.put(program, Duration.ofNanos(ticks * NANOSECONDS_PER_TICK));
            }
        });
        return spent;
    }

    private static long ticks(Map<Long, Entry> table, Program program, long pid) {
        Entry root = Objects.requireNonNull(table.get(pid));
        return switch (program) {
            case LOAD, NODE, PEER -> root.own();
            case KAFKA -> below(table, pid);
            case POSTGRES -> root.own() + root.reaped() + below(table, pid);
        };
    }

    /** All descendants. */
    private static long below(Map<Long, Entry> table, long pid) {
        long ticks = 0;
        List<Long> parents = List.of(pid);
        while (!parents.isEmpty()) {
            List<Long> children = new ArrayList<>();
            for (Entry entry : table.values()) {
                if (parents.contains(entry.parent())) {
                    ticks += entry.own();
                    children.add(entry.pid());
                }
            }
            parents = children;
        }
        return ticks;
    }

    private static Map<Long, Entry> table() {
        Map<Long, Entry> table = new HashMap<>();
        if (!Files.isDirectory(TABLE)) {
            return table;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(TABLE, "[0-9]*")) {
            for (Path process : processes) {
                entry(process.resolve("stat")).ifPresent(entry -> table.put(entry.pid(), entry));
            }
        } catch (IOException e) {
            return Map.of();
        }
        return table;
    }

    private static Optional<Entry> entry(Path file) {
        try {
            return Optional.of(parse(Files.readString(file)));
        } catch (IOException e) {
            // It ended meanwhile.
            return Optional.empty();
        }
    }

    /** The second field is the program's name in brackets and may hold anything, brackets too. */
    private static Entry parse(String line) {
        int name = line.indexOf('(');
        String[] rest = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return new Entry(
                Long.parseLong(line.substring(0, name).strip()),
                Long.parseLong(rest[1]),
                Long.parseLong(rest[11]) + Long.parseLong(rest[12]),
                Long.parseLong(rest[13]) + Long.parseLong(rest[14]));
    }
}
