package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.testing.PostgresFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** One member's locked rows, or one loud partner, are no reason for anybody else to wait. */
@Isolated("its answers are timed")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BulkheadIT {
    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "abcdefghijklmnopqrstuvwxyz98765432");
    private static final String HOT = "hot@member.example";
    private static final int WAITERS = 50;
    private static final int OTHERS = 300;
    private static final int MEMBERS = 20;
    private static final int CALLERS = 8;
    private static final int LIMIT = 60;
    private static final Duration DEFINITE = Duration.ofSeconds(5);
    /** Far from what a wait for the lock would be, and as far from what a busy machine makes of some milliseconds. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(1);

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Path directory;
    private RunningNode node;
    private Tenant quiet;
    private Tenant loud;

    @SuppressWarnings("NullAway.Init") // Everything is started before the first test.
    BulkheadIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** One answer and how long it took, in milliseconds. */
    private record Timed(int status, long millis) {}

    @BeforeAll
    void start() throws Exception {
        Map<String, String> settings = Map.of(
                "MERIT_ADMIN_KEY", ADMIN_KEY,
                "MERIT_DATABASE_URL", POSTGRES.options().url(),
                "MERIT_KAFKA_BOOTSTRAP_SERVERS", "off",
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_PARTNER_CEILING", "-1",
                "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1");
        node = RunningNode.start(directory.resolve("data"), settings, "node");
        var docs = new ApiDocs(Api.json(Api.text(node.api().replace("/v1", "") + "/docs.json")));
        quiet = Tenant.make(docs, admin(), "quiet");
        loud = Tenant.make(docs, admin(), "loud");
        for (int i = 0; i < MEMBERS; i++) {
            assertThat(enrolled("other-" + i + "@member.example")).isTrue();
        }
        assertThat(enrolled(HOT)).isTrue();
        var warm = buyAsOthers(OTHERS);
        assertThat(warm).extracting(Timed::status).containsOnly(201);
    }

    @AfterAll
    void stop() {
        node.close();
    }

    /** Breaks when a batch waits for one member's rows with all the others in it, or when a waiter keeps waiting. */
    @Test
    void aLockedMemberStopsNobodyElse() throws Exception {
        assertThat(buy(quiet, HOT).status()).isEqualTo(201);
        long before = percentile99(buyAsOthers(OTHERS));
        long during;
        try (Connection locker = POSTGRES.connection();
                ExecutorService waiters = Executors.newFixedThreadPool(WAITERS)) {
            locker.setAutoCommit(false);
            try (var statement = locker.prepareStatement("SELECT FROM ledger.account WHERE member_id = "
                    + "(SELECT id FROM registry.member WHERE email = ?) FOR UPDATE")) {
                statement.setString(1, HOT);
                assertThat(statement.executeQuery().next()).isTrue();
            }
            List<Future<Timed>> waiting = new ArrayList<>();
            for (int i = 0; i < WAITERS; i++) {
                waiting.add(waiters.submit(() -> buy(quiet, HOT)));
            }
            List<Timed> others = buyAsOthers(OTHERS);

            during = percentile99(others);
            assertThat(others).extracting(Timed::status).containsOnly(201);
            assertThat(others).allMatch(each -> each.millis() < UNDISTURBED.toMillis());
            for (Future<Timed> each : waiting) {
                Timed waited = each.get(1, TimeUnit.MINUTES);
                assertThat(waited.status()).isIn(409, 503);
                assertThat(waited.millis()).isLessThan(DEFINITE.toMillis());
            }
            locker.rollback();
        }
        node.waitFor(DEFINITE, () -> buy(quiet, HOT).status() == 201);
        System.out.printf("beside a locked member: p99 %d ms, before %d ms%n", during, before);
    }

    /** Breaks when what is over the limit costs as much as what is within it. */
    @Test
    void aLoudPartnerStopsNobodyElse() throws Exception {
        ObjectNode limited = JsonNodeFactory.instance
                .objectNode()
                .put("name", "loud")
                .put("preset", "full")
                .put("rate_limit", LIMIT);
        Http key = admin().with(admin().post("/admin/partners/" + loud.id("partners") + "/keys", limited)
                .data()
                .get("key")
                .textValue());
        long before = percentile99(buyAsOthers(OTHERS));
        long during;
        try (ExecutorService shouters = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> accepted = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                accepted.add(shouters.submit(() -> {
                    int good = 0;
                    for (int call = 0; call < 20 * LIMIT / 4; call++) {
                        good += key.get("/partner/clubs").isGood() ? 1 : 0;
                    }
                    return good;
                }));
            }
            List<Timed> others = buyAsOthers(OTHERS);

            during = percentile99(others);
            assertThat(others).extracting(Timed::status).containsOnly(201);
            assertThat(others).allMatch(each -> each.millis() < UNDISTURBED.toMillis());
            int sum = 0;
            for (Future<Integer> each : accepted) {
                sum += each.get(1, TimeUnit.MINUTES);
            }
            // A second minute may begin meanwhile.
            assertThat(sum).isBetween(LIMIT, 2 * LIMIT);
        }
        System.out.printf("beside a loud partner: p99 %d ms, before %d ms%n", during, before);
    }

    private boolean enrolled(String email) throws IOException {
        return admin().post(
                        "/admin/members", JsonNodeFactory.instance.objectNode().put("email", email))
                .isGood();
    }

    private Http admin() throws IOException {
        return new Http(node.api(), ADMIN_KEY);
    }

    /** By several callers at once, so that a lane that stands still is felt by all of them. */
    private List<Timed> buyAsOthers(int times) throws Exception {
        List<Timed> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            List<Future<Timed>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                String member = "other-" + i % MEMBERS + "@member.example";
                calls.add(callers.submit(() -> buy(quiet, member)));
            }
            for (Future<Timed> each : calls) {
                answers.add(each.get(1, TimeUnit.MINUTES));
            }
        }
        return answers;
    }

    private static Timed buy(Tenant tenant, String member) {
        ObjectNode body = JsonNodeFactory.instance
                .objectNode()
                .put("card_id", tenant.id("cards"))
                .put("member_identifier", member)
                .put("purchase_amount", 1);
        long began = System.nanoTime();
        var answer = tenant.caller("partner").post("/partner/transactions/purchase", body);
        return new Timed(
                answer.status(), Duration.ofNanos(System.nanoTime() - began).toMillis());
    }

    private static long percentile99(List<Timed> answers) {
        long[] sorted = answers.stream().mapToLong(Timed::millis).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length * 99L / 100).findFirst().orElseThrow();
    }
}
