package dev.merit.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.DatabaseOptions;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PoolMetersIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final int WAITING = 3;

    private final AtomicLong nanos = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.builder()
            .with(new VertxOptions())
            .withMetrics(new PoolMeters(meters, Database.POOL, nanos::get))
            .build();

    @AfterEach
    void close() {
        Eventually.get(vertx.close());
    }

    @Test
    void countsWhatIsInUseAndWhoWaits() {
        Database database = POSTGRES.open(vertx);
        List<SqlConnection> taken = new ArrayList<>();
        for (int i = 0; i < POSTGRES.options().poolSize(); i++) {
            taken.add(Eventually.get(database.pool().getConnection()));
        }

        List<Future<SqlConnection>> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(database.pool().getConnection());
        }

        await("merit.pool.busy", taken.size());
        await("merit.pool.waiting", WAITING);
        taken.forEach(each -> Eventually.get(each.close()));
        waiting.forEach(each -> Eventually.get(Eventually.get(each).close()));
        await("merit.pool.busy", 0);
        await("merit.pool.waiting", 0);
        Eventually.get(database.close());
    }

    // Breaks when an outage of the database leaves requests behind that seem to wait for ever.
    @Test
    void forgetsThoseWhoWaitedForAConnectionThatCouldNotBeMade() {
        Database nowhere =
                Database.open(vertx, new DatabaseOptions("postgresql://merit:merit@127.0.0.1:1/merit", null, null, 1));

        for (int i = 0; i < WAITING; i++) {
            assertThat(Eventually.failure(nowhere.pool().getConnection())).isNotNull();
        }

        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(meters.get("merit.pool.waiting").gauge().value()).isZero();
        assertThat(meters.get("merit.pool.busy").gauge().value()).isZero();
        Eventually.get(nowhere.close());
    }

    private void await(String name, int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> meters.get(name).gauge().value() == count);
    }
}
