package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.embedded.EmbeddedPostgres;
import dev.merit.embedded.PostgresOptions;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A node whose PostgreSQL is gone says so at once, is taken out of service, and comes back by itself. */
@Isolated("its answers are timed")
final class DatabaseAwayIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "abcdefghijklmnopqrstuvwxyz98765432");
    private static final Duration ANSWERED = Duration.ofSeconds(3);
    private static final Duration NOTICED = Duration.ofSeconds(5);
    private static final Duration BACK = Duration.ofSeconds(15);
    /** By hand for longer: {@code -Dmerit.database.away.seconds=60}. */
    private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("merit.database.away.seconds", 8));

    private final Path directory;
    private final PostgresOptions options;
    private EmbeddedPostgres postgres;

    DatabaseAwayIT(@TempDir Path directory) {
        this.directory = directory;
        postgres = EmbeddedPostgres.start(PostgresOptions.forTests(directory.resolve("postgres")));
        options = PostgresOptions.forTests(directory.resolve("postgres")).withPort(postgres.port());
    }

    @AfterEach
    void stop() {
        postgres.close();
    }

    /** Breaks when callers wait for a pool that waits for a server, when readiness lies, or when a node needs a hand. */
    @Test
    void refusesAtOnceAndComesBack() throws Exception {
        Map<String, String> settings = Map.of(
                "MERIT_ADMIN_KEY", ADMIN_KEY,
                "MERIT_DATABASE_URL", postgres.url(),
                "MERIT_KAFKA_BOOTSTRAP_SERVERS", "off",
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_PARTNER_CEILING", "-1");
        try (RunningNode node = RunningNode.start(directory.resolve("data"), settings, "node")) {
            Http admin = new Http(node.api(), ADMIN_KEY);
            var docs = new ApiDocs(Api.json(Api.text(node.api().replace("/v1", "") + "/docs.json")));
            Tenant tenant = Tenant.make(docs, admin, "away");
            assertThat(buy(tenant).status()).isEqualTo(201);

            kill();
            long gone = System.nanoTime();
            long slowest = 0;
            int refused = 0;
            boolean noticed = false;
            while (System.nanoTime() - gone < AWAY.toNanos()) {
                long began = System.nanoTime();
                Http.Answer answer = buy(tenant);
                slowest = Math.max(slowest, System.nanoTime() - began);
                assertThat(answer.status()).as(answer.text()).isEqualTo(503);
                assertThat(answer.response().headers().firstValue("Retry-After"))
                        .isPresent();
                assertThat(answer.json().path("retry_strategy").textValue()).isEqualTo("backoff");
                refused++;
                noticed |= readiness(node) == 503;
                assertThat(noticed || System.nanoTime() - gone < NOTICED.toNanos())
                        .isTrue();
            }
            assertThat(slowest).isLessThan(ANSWERED.toNanos());

            postgres = EmbeddedPostgres.start(options);
            long back = System.nanoTime();
            node.waitFor(BACK, () -> readiness(node) == 200 && buy(tenant).status() == 201);
            System.out.printf(
                    "away for %d s: %d refused, the slowest after %d ms; back after %d ms%n",
                    AWAY.toSeconds(),
                    refused,
                    Duration.ofNanos(slowest).toMillis(),
                    Duration.ofNanos(System.nanoTime() - back).toMillis());
        }
    }

    private void kill() {
        ProcessHandle server = ProcessHandle.of(postgres.pid()).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(server), server.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        assertThat(postgres.onExit()).succeedsWithin(BACK);
        postgres.close();
    }

    private static int readiness(RunningNode node) {
        try {
            var connection = (HttpURLConnection)
                    URI.create(node.management() + "/health/ready").toURL().openConnection();
            return connection.getResponseCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private static Http.Answer buy(Tenant tenant) {
        return tenant.caller("partner")
                .post(
                        "/partner/transactions/purchase",
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("card_id", tenant.id("cards"))
                                .put("member_identifier", "away@member.example")
                                .put("purchase_amount", 1));
    }
}
