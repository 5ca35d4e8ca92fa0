package dev.merit.bench;

import dev.merit.bench.candidate.Backlog;
import dev.merit.bench.candidate.NodeProcess;
import dev.merit.bench.candidate.OutboxTables;
import dev.merit.bench.candidate.OutboxTables.Drain;
import dev.merit.bench.candidate.OutboxTables.Lag;
import dev.merit.bench.measure.CpuClock;
import dev.merit.bench.measure.CpuShares;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.embedded.program.Closing;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How fast a backlog of events reaches Kafka, and how far behind a steady flow of them runs. */
final class EventBench {
    /** Over 8 slices: about 100 in each row. */
    private static final int BATCH = 800;

    private static final Duration PACE = Duration.ofMillis(20);

    private final Size size;
    private final Closing closing;

    /** How much is written. */
    record Size(int backlog, int perSecond, Duration steady, int members) {
        Size smoke() {
            return new Size(20_000, 500, Duration.ofSeconds(2), 500);
        }
    }

    EventBench(Size size, Closing closing) {
        this.size = size;
        this.closing = closing;
    }

    /** What was found, to be read. */
    Found run(Optional<String> databaseUrl) throws SQLException, IOException {
        Stage stage = Stage.open(closing, databaseUrl, Duration.ZERO);
        DatabaseServer.Database database = stage.server().createDatabase("");
        // Migrates, and publishes nothing.
        NodeProcess.start(stage.distribution(), stage.options("node", database, false))
                .close();
        Backlog backlog = closing.add(new Backlog(database.url(), size.members()));
        backlog.fill(size.backlog(), BATCH);
        stage.server().analyze(database);
        OutboxTables tables = closing.add(new OutboxTables(database.jdbcUrl()));

        // Counted from when it is ready, which is after its first events.
        var unused = stage.start(stage.options("node", database, true));
        CpuClock clock = stage.clock();
        CpuClock.Stretch draining = clock.start();
        tables.awaitPublished();
        CpuShares drainCpu = draining.end();
        Drain drain = tables.drain();

        tables.empty();
        CpuClock.Stretch steady = clock.start();
        int written = backlog.trickle(size.perSecond(), size.steady(), PACE);
        CpuShares steadyCpu = steady.end();
        tables.awaitPublished();
        Lag lag = tables.lag();
        return new Found(
                String.format(
                        Locale.ROOT,
                        """
                PostgreSQL %s, fsync=%s, files on %s; %d processors
                backlog: %,d events, drained at %,.0f events/s in %.1f s; cores: %s
                steady:  %,d events at %,d/s, lag p50 %.0f ms, p99 %.0f ms, max %.0f ms; cores: %s""",
                        stage.settings().get("server_version"),
                        stage.settings().get("fsync"),
                        stage.settings().getOrDefault("file_store", "n/a"),
                        Runtime.getRuntime().availableProcessors(),
                        size.backlog(),
                        drain.rate(),
                        drain.millis() / 1_000,
                        shown(drainCpu),
                        written,
                        size.perSecond(),
                        lag.p50(),
                        lag.p99(),
                        lag.max(),
                        shown(steadyCpu)),
                false);
    }

    private static String shown(CpuShares cpu) {
        return Arrays.stream(Program.values())
                .filter(cpu.cores()::containsKey)
                .map(program -> String.format(
                        Locale.ROOT,
                        "%s %.2f",
                        program.name().toLowerCase(Locale.ROOT),
                        cpu.cores().get(program)))
                .collect(Collectors.joining(", "));
    }
}
