package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.platform.pg.Idempotency.Stored;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdempotencyIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final UUID KEY = new UUID(5, 5);
    private static final Reply<Deleted> REPLY = Reply.ok(Deleted.class);

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final Idempotency idempotency = new Idempotency(database);

    record Secret(String name, @Nullable String key) {}

    @BeforeAll
    static void makeTable() {
        POSTGRES.execute("CREATE SCHEMA lab; CREATE TABLE lab.effect (id uuid NOT NULL);"
                + " GRANT USAGE ON SCHEMA lab TO merit_app; GRANT SELECT, INSERT ON lab.effect TO merit_app");
    }

    @BeforeEach
    void emptyTables() {
        POSTGRES.execute("TRUNCATE lab.effect, platform.idempotency");
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // Fails when the key is looked up before it is taken, or kept in another transaction than the effect.
    @Test
    void doesFiftyEqualCommandsAtOnceOnce() {
        List<Future<Done<Deleted>>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sent.add(idempotency.once(origin("a"), REPLY, this::effect));
        }

        List<Done<Deleted>> done = sent.stream().map(Eventually::get).toList();

        assertThat(effects()).isEqualTo(1);
        Done<Deleted> first = done.stream()
                .filter(each -> each.replayed() == null)
                .findFirst()
                .orElseThrow();
        assertThat(done).filteredOn(each -> each.replayed() == null).hasSize(1);
        assertThat(done).extracting(Done::body).containsOnly(first.body());
        var replays = new HashSet<>(done.stream().map(Done::replayed).toList());
        replays.remove(null);
        assertThat(replays).containsExactly(Json.write(first.body()));
    }

    @Test
    void refusesTheKeyWithAnotherBody() {
        Eventually.get(idempotency.once(origin("a"), REPLY, this::effect));

        assertThat(codeOf(idempotency.once(origin("b"), REPLY, this::effect)))
                .isEqualTo(Problem.Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(effects()).isEqualTo(1);
    }

    // A refusal changed nothing, so the next try is judged anew, also with another body.
    @Test
    void keepsNothingOfARefusal() {
        var refused = idempotency.once(origin("a"), REPLY, tx -> effect(tx)
                .compose(done -> Future.failedFuture(Problem.notFound().asException())));

        assertThat(codeOf(refused)).isEqualTo(Problem.Code.NOT_FOUND);
        assertThat(effects()).isZero();
        assertThat(answers()).isZero();
        assertThat(Eventually.get(idempotency.once(origin("b"), REPLY, this::effect))
                        .replayed())
                .isNull();
    }

    // The connection dies between effect and answer: there is neither, and the repeat does it.
    @Test
    void keepsNothingOfACrash() {
        var crashed = idempotency.once(
                origin("a"), REPLY, tx -> effect(tx).compose(done -> tx.query("SELECT pg_backend_pid()")
                        .execute()
                        .map(rows -> rows.iterator().next().getInteger(0))
                        .compose(pid -> vertx.executeBlocking(() -> terminated(pid)))
                        .map(done)));

        assertThat(Eventually.failure(crashed)).matches(PgProblems::isTrouble);
        assertThat(effects()).isZero();
        assertThat(answers()).isZero();
        assertThat(Eventually.get(idempotency.once(origin("a"), REPLY, this::effect))
                        .replayed())
                .isNull();
        assertThat(effects()).isEqualTo(1);
    }

    @Test
    void keepsNothingOfABug() {
        var broken = idempotency.once(origin("a"), REPLY, tx -> {
            throw new IllegalStateException("a bug");
        });

        assertThat(Eventually.failure(broken)).hasMessage("a bug");
        assertThat(answers()).isZero();
    }

    // An equal command is running and does not end: waiting has a limit, and the answer says why.
    @Test
    void givesUpWaitingForAnEqualCommand() throws SQLException {
        try (Connection other = POSTGRES.connection()) {
            other.setAutoCommit(false);
            other.createStatement()
                    .execute("INSERT INTO platform.idempotency (id, body_hash, status, body) VALUES ('" + KEY
                            + "', 'a', 0, '')");

            assertThat(codeOf(idempotency.once(origin("a"), REPLY, this::effect)))
                    .isEqualTo(Problem.Code.IDEMPOTENCY_IN_PROGRESS);
            other.rollback();
        }
        assertThat(Eventually.get(idempotency.once(origin("a"), REPLY, this::effect))
                        .replayed())
                .isNull();
    }

    @Test
    void remembersNothingWithoutAKey() {
        Origin origin = Origin.system("req_1");

        Eventually.get(idempotency.once(origin, REPLY, this::effect));
        Eventually.get(idempotency.once(origin, REPLY, this::effect));

        assertThat(effects()).isEqualTo(2);
        assertThat(answers()).isZero();
    }

    // A key's text is shown once; the stored answer must not hold it.
    @Test
    void storesTheAnswerWithoutItsSecret() {
        var reply = Reply.created(Secret.class).storing(full -> new Secret(full.name(), null));

        Secret first = Eventually.get(
                        idempotency.once(origin("a"), reply, tx -> Future.succeededFuture(new Secret("n", "k"))))
                .body();
        Done<Secret> second =
                Eventually.get(idempotency.once(origin("a"), reply, tx -> Future.failedFuture("not again")));

        assertThat(first.key()).isEqualTo("k");
        assertThat(second.replayed()).isEqualTo("{\"name\":\"n\",\"key\":null}");
        assertThat(POSTGRES.query("SELECT status FROM platform.idempotency")).containsExactly("201");
    }

    @Test
    void findsWhatAGroupCommitHasStored() {
        var stored = new Stored(KEY, "hash", 201, "{\"id\":\"" + KEY + "\",  \"deleted\":true}");
        Eventually.get(store(List.of(stored)));
        Eventually.get(store(List.of()));

        var found = Eventually.get(Idempotency.find(database.reads(), List.of(KEY, new UUID(0, 1))));

        assertThat(found).containsOnlyKeys(KEY).containsValue(stored);
        assertThat(stored.replay(new Repeat(KEY, "hash"), Deleted.class).replayed())
                .isEqualTo(stored.body());
        assertThatThrownBy(() -> stored.replay(new Repeat(KEY, "other"), Deleted.class))
                .isInstanceOf(ProblemException.class);
        assertThat(Eventually.failure(store(List.of(stored))))
                .isInstanceOf(PgException.class)
                .matches(PgProblems::isRetriable);
    }

    // Breaks when an answer is looked for in a neighbour's pack, or at a neighbour's place.
    @Test
    void findsEachOfManyThatWereStoredAtOnce() {
        List<Stored> many = many(150);
        Eventually.get(store(many));

        var found = Eventually.get(
                Idempotency.find(database.reads(), many.stream().map(Stored::id).toList()));

        assertThat(found.values()).containsExactlyInAnyOrderElementsOf(many);
        assertThat(POSTGRES.count("SELECT count(*) FROM platform.idempotency WHERE pack IS NOT NULL"))
                .isEqualTo(3);
    }

    // Breaks when each answer brings the pack of all along: a thousand repeats in one request would fill the memory.
    @Test
    void readsEachPackOnce() {
        List<Stored> many = many(150);
        Eventually.get(store(many));
        String ids = many.stream().map(each -> each.id().toString()).collect(Collectors.joining(",", "'{", "}'"));

        assertThat(StatementRules.run(POSTGRES, Idempotency.class, "FIND", ids))
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan).containsPattern("on idempotency k .*loops=3\\)"));
    }

    // Breaks when the row with the answers goes before the others: their repeats would find a key without an answer.
    // And
    // when a few old ones are forgotten at a time because each counts as one.
    @Test
    void forgetsTogetherWhatLiesTogether() {
        Eventually.get(store(many(3_000)));
        POSTGRES.execute("UPDATE platform.idempotency SET created_at = now() - interval '2 days'");
        List<Stored> young = many(70);
        Eventually.get(store(young));

        List<Integer> forgotten = IntStream.range(0, 8)
                .mapToObj(piece -> {
                    int gone = Eventually.get(idempotency.prune(Duration.ofDays(1)));
                    assertThat(
                                    POSTGRES.count(
                                            "SELECT count(*) FROM platform.idempotency a WHERE NOT EXISTS (SELECT FROM"
                                                    + " platform.idempotency k WHERE k.id = a.kept_with AND k.pack IS NOT NULL)"))
                            .isZero();
                    return gone;
                })
                .toList();

        // It begins anywhere: of what lies before and behind one is more than a hand full.
        assertThat(Collections.max(forgotten)).isBetween(1_000, 1_063);
        assertThat(forgotten.stream().mapToInt(Integer::intValue).sum()).isEqualTo(3_000);
        assertThat(Eventually.get(Idempotency.find(
                                database.reads(), young.stream().map(Stored::id).toList()))
                        .values())
                .containsExactlyInAnyOrderElementsOf(young);
    }

    private static List<Stored> many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Stored(UUID.randomUUID(), "hash " + i, 201, "{\"id\":\"" + i + "\"}"))
                .toList();
    }

    @Test
    void forgetsOnlyWhatIsOldEnough() {
        POSTGRES.execute("""
                INSERT INTO platform.idempotency (id, body_hash, status, body, created_at)
                SELECT gen_random_uuid(), '', 200, '', now() - age * interval '1 hour' FROM generate_series(1, 48) age
                """);

        // Between 12 and 13 hours from now: an age counted in whole days would forget everything.
        assertThat(Eventually.get(idempotency.prune(Duration.ofMinutes(12 * 60 + 30))))
                .isEqualTo(36);
        assertThat(answers()).isEqualTo(12);
        assertThat(Eventually.get(idempotency.prune(Duration.ofDays(30)))).isZero();
    }

    /** Breaks when a look for old answers reads the whole table, with a plan that knows the values or with one that does not. */
    @Test
    void looksForOldAnswersInOneStretchOfTheTableAtATime() {
        POSTGRES.execute("""
                INSERT INTO platform.idempotency (id, body_hash, status, body)
                SELECT gen_random_uuid(), 'hash', 201, repeat('x', 1000) FROM generate_series(1, 5000)
                """);

        assertThat(StatementRules.run(POSTGRES, Idempotency.class, "PRUNE", "3600", "1000", "300", "10"))
                .hasSize(2)
                .allSatisfy(
                        plan -> assertThat(plan).contains("Tid Range Scan").doesNotContain("Seq Scan on idempotency"));
    }

    /** Breaks when the way round the table leaves a part of it out, or leaves a stretch that holds more than it may forget. */
    @Test
    void comesRoundToAllOldAnswers() {
        POSTGRES.execute("""
                INSERT INTO platform.idempotency (id, body_hash, status, body, created_at)
                SELECT gen_random_uuid(), 'hash', 201, repeat('x', 1500),
                       now() - CASE WHEN n % 2 = 0 THEN interval '2 days' ELSE interval '0' END
                  FROM generate_series(1, 40000) AS n
                """);
        assertThat(POSTGRES.count("SELECT pg_relation_size('platform.idempotency') / 8192"))
                .as("pages")
                .isGreaterThan(4_096);

        List<Integer> forgotten = IntStream.range(0, 30)
                .mapToObj(piece -> Eventually.get(idempotency.prune(Duration.ofDays(1))))
                .toList();

        assertThat(forgotten).contains(1_000);
        assertThat(forgotten.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20_000);
        assertThat(answers()).isEqualTo(20_000);
    }

    private Future<Deleted> effect(SqlConnection tx) {
        UUID id = UUID.randomUUID();
        return tx.query("INSERT INTO lab.effect VALUES ('" + id + "')")
                .execute()
                .map(Deleted.of(id));
    }

    private static boolean terminated(int pid) {
        return POSTGRES.query("SELECT pg_terminate_backend(" + pid + ")").contains("t");
    }

    private static Origin origin(String bodyHash) {
        return new Origin("req_1", new Repeat(KEY, bodyHash), null);
    }

    private static long effects() {
        return POSTGRES.count("SELECT count(*) FROM lab.effect");
    }

    private static long answers() {
        return POSTGRES.count("SELECT count(*) FROM platform.idempotency");
    }

    private static Problem.Code codeOf(Future<?> failing) {
        Throwable failure = Eventually.failure(failing);
        assertThat(failure).isInstanceOf(ProblemException.class);
        return ((ProblemException) failure).problem().code();
    }

    private Future<?> store(List<Stored> answers) {
        var writes = new Writes();
        Idempotency.store(writes, answers);
        return writes.send(database.pool());
    }
}
