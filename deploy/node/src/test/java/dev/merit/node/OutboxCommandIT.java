package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.platform.pg.DatabaseOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An event that cannot be published, and what an operator does about it from the shell while the node runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OutboxCommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunningNode node;

    OutboxCommandIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void start() throws Exception {
        node = RunningNode.start(directory.resolve("data"), "up", "--demo");
    }

    @AfterAll
    void stop() throws Exception {
        node.close();
    }

    // Breaks when parked events are taken for published ones, or for lost ones; when an operator cannot see them; when
    // a release needs a restart; and when a dropped one counts as a difference for ever.
    @Test
    void showsWhatWasRefusedAndSendsItWhenItIsReleased() throws Exception {
        assertThat(run("outbox", "list").said()).contains("0 events were refused");
        execute("""
                CREATE FUNCTION public.damage() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    NEW.types[1] := NULL;
                    RETURN NEW;
                END $$
                """);
        damage();
        int status = Api.curl(Shell.words(directory, node.curls().getFirst())).statusCode();
        repair();
        assertThat(status).isEqualTo(201);
        until(() -> metric("merit_outbox_parked") > 0);

        Shell.Outcome listed = run("outbox", "list");
        assertThat(listed.exitCode()).as(listed.said()).isZero();
        assertThat(listed.said())
                .contains("merit.transactions  member ")
                .contains("the type is missing")
                .contains("1 events were refused");
        String event = refused();
        assertThat(Api.text(node.management() + "/health/ready")).contains("\"parked\":1");
        // What cannot be read does not even tell whose it is.
        execute("UPDATE platform.parked_event SET payload = '?' || payload");
        Shell.Outcome verified = run("verify-ledger");
        assertThat(verified.exitCode()).as(verified.said()).isZero();

        Shell.Outcome stranger = run("outbox", "release", UUID.randomUUID().toString());
        assertThat(stranger.exitCode()).isEqualTo(1);
        assertThat(stranger.said()).contains("is not among the refused ones");
        assertThat(run("outbox", "release").exitCode()).isEqualTo(2);
        assertThat(run("outbox", "drop").exitCode()).isEqualTo(2);

        execute("UPDATE platform.parked_event SET payload = substr(payload, 2),"
                + " type = 'merit.transaction.staff_credited_points_for_purchase'");
        Shell.Outcome released = run("outbox", "release", event);
        assertThat(released.exitCode()).as(released.said()).isZero();
        until(() -> metric("merit_outbox_parked") == 0);
        assertThat(run("outbox", "list").said()).contains("0 events were refused, 0 are held back behind them.");
        Shell.Outcome whole = run("verify-ledger");
        assertThat(whole.exitCode()).as(whole.said()).isZero();
        assertThat(whole.said()).doesNotContain("dropped");

        damage();
        buyOnceMore();
        repair();
        until(() -> metric("merit_outbox_parked") > 0);
        Shell.Outcome dropped = run("outbox", "drop", refused());
        assertThat(dropped.exitCode()).as(dropped.said()).isZero();
        until(() -> metric("merit_outbox_parked") == 0);
        Shell.Outcome without = run("verify-ledger");
        assertThat(without.exitCode()).as(without.said()).isZero();
        assertThat(without.said()).contains("1 account has dropped events");
    }

    /** The printed purchase under another key: under its own it would be a repeat. */
    private void buyOnceMore() throws Exception {
        List<String> words = Shell.words(directory, node.curls().getFirst()).stream()
                .map(word -> word.startsWith("Idempotency-Key: ") ? "Idempotency-Key: another" : word)
                .toList();
        assertThat(Api.curl(words).statusCode()).isEqualTo(201);
    }

    private void damage() throws Exception {
        execute("CREATE TRIGGER damage BEFORE INSERT ON platform.outbox"
                + " FOR EACH ROW WHEN (NEW.topic = 'merit.transactions') EXECUTE FUNCTION public.damage()");
    }

    private void repair() throws Exception {
        execute("DROP TRIGGER damage ON platform.outbox");
    }

    /** The id of the one refused event, as the list shows it. */
    private String refused() throws Exception {
        return run("outbox", "list")
                .said()
                .lines()
                .filter(line -> line.contains("type is missing"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .orElseThrow();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(100);
        }
    }

    private double metric(String name) throws Exception {
        return Api.text(node.management() + "/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private Shell.Outcome run(String... words) throws Exception {
        return Shell.run(directory, RunningNode.environment(directory.resolve("data")), RunningNode.command(words));
    }

    private void execute(String sql) throws Exception {
        var options = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        try (Connection connection =
                        DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
                var statement = connection.createStatement()) {
            var unused = statement.execute(sql);
        }
    }
}
