package dev.merit.platform.pg;

import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Makes commands safe to repeat: the answer is stored in the transaction of the effect, so that there is either both
 * or neither. A refusal stores nothing and is judged anew.
 */
public final class Idempotency {
    private static final int PRUNED_AT_ONCE = 1_000;

    /** A repeat unpacks all that lie with its answer. */
    private static final int KEPT_TOGETHER = 64;

    /** 32 MB, every half a minute while there is nothing to forget. */
    private static final long STRETCH_PAGES = 4_096;

    private final Database database;
    private long nextPage = ThreadLocalRandom.current().nextLong(Integer.MAX_VALUE);

    public Idempotency(Database database) {
        this.database = database;
    }

    /** An answer that was given before. */
    public record Stored(UUID id, String bodyHash, int status, String body) {

        /** The stored answer, or the refusal of a key that comes with another body. */
        public <R extends Record> Done<R> replay(Repeat repeat, Class<R> type) {
            if (!bodyHash.equals(repeat.bodyHash())) {
                throw reused();
            }
            return new Done<>(Json.read(body, type), body);
        }
    }

    /** What a command answers. The status is that of its HTTP answer, 201 or 200. */
    public record Reply<R extends Record>(Class<R> type, int status, UnaryOperator<R> stored) {

        public static <R extends Record> Reply<R> created(Class<R> type) {
            return new Reply<>(type, 201, body -> body);
        }

        public static <R extends Record> Reply<R> ok(Class<R> type) {
            return new Reply<>(type, 200, body -> body);
        }

        /** The same, but what is kept for repeats differs: a secret is left out. */
        public Reply<R> storing(UnaryOperator<R> instead) {
            return new Reply<>(type, status, instead);
        }
    }

    /**
     * Runs {@code effect} in one transaction, or answers what it answered before.
     *
     * <p>Refuses with IDEMPOTENCY_KEY_REUSED for another body, and with IDEMPOTENCY_IN_PROGRESS when an equal command
     * does not end in time. Group commit has its own way: see {@link #find} and {@link #store}.
     */
    public <R extends Record> Future<Done<R>> once(
            Origin origin, Reply<R> reply, Function<SqlConnection, Future<R>> effect) {
        Repeat repeat = origin.repeat();
        if (repeat == null) {
            return database.transaction(effect).map(Done::fresh);
        }
        return database.transaction(tx -> take(tx, repeat)
                .compose(taken -> taken
                        ? effect.apply(tx).compose(body -> keep(tx, repeat, reply, body))
                        : find(tx, List.of(repeat.id())).map(found -> replayed(found, repeat, reply.type()))));
    }

    private static <R extends Record> Done<R> replayed(Map<UUID, Stored> found, Repeat repeat, Class<R> type) {
        Stored stored = found.get(repeat.id());
        if (stored == null) {
            throw inProgress(); // Pruned between the two statements: the next try begins anew.
        }
        return stored.replay(repeat, type);
    }

    private static final String TAKE = """
            INSERT INTO platform.idempotency (id, body_hash, status, body)
            VALUES ($1, $2, 0, '')
            ON CONFLICT (id) DO NOTHING
            """;

    /** True when the key is ours now. Waits for an equal command that is still running. */
    private static Future<Boolean> take(SqlClient tx, Repeat repeat) {
        return tx.preparedQuery(TAKE)
                .execute(Tuple.of(repeat.id(), repeat.bodyHash()))
                .map(rows -> rows.rowCount() == 1)
                .recover(failure -> Future.failedFuture(PgProblems.isLockTimeout(failure) ? inProgress() : failure));
    }

    private static final String KEEP = """
            UPDATE platform.idempotency SET status = $2, body = $3 WHERE id = $1
            """;

    private static <R extends Record> Future<Done<R>> keep(SqlClient tx, Repeat repeat, Reply<R> reply, R body) {
        String json = Json.write(reply.stored().apply(body));
        return tx.preparedQuery(KEEP)
                .execute(Tuple.of(repeat.id(), (short) reply.status(), json))
                .map(Done.fresh(body));
    }

    // Each pack once, however many of its answers are asked for.
    private static final String FIND = """
            SELECT a.id, a.body_hash, a.status, a.body, a.kept_with, a.place,
                   CASE WHEN row_number() OVER (PARTITION BY a.kept_with ORDER BY a.place) = 1
                        THEN (SELECT k.pack FROM platform.idempotency k WHERE k.id = a.kept_with) END AS pack
              FROM platform.idempotency a
             WHERE a.id = ANY ($1)
            """;

    /** Looks up which of these were answered before. */
    public static Future<Map<UUID, Stored>> find(SqlClient tx, Collection<UUID> ids) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(Idempotency::byId);
    }

    private static final Reads.Part FOUND = Reads.Part.of(
            FIND, "id uuid, body_hash text, status smallint, body text, kept_with uuid, place smallint, pack bytea");

    /** The same, as a part of others. */
    static Future<Map<UUID, Stored>> find(Reads reads, Collection<UUID> ids) {
        return reads.add(FOUND, Tuple.of(ids.toArray(UUID[]::new)), Idempotency::byId);
    }

    private static Map<UUID, Stored> byId(Iterable<Row> rows) {
        var opened = new HashMap<UUID, List<Buffer>>();
        for (Row row : rows) {
            Buffer pack = row.getBuffer("pack");
            if (pack != null) {
                opened.put(row.getUUID("kept_with"), Pack.open(pack));
            }
        }
        var found = new HashMap<UUID, Stored>();
        for (Row row : rows) {
            UUID id = row.getUUID("id");
            found.put(id, new Stored(id, row.getString("body_hash"), row.getShort("status"), body(row, opened)));
        }
        return found;
    }

    private static String body(Row row, Map<UUID, List<Buffer>> opened) {
        String body = row.getString("body");
        if (body != null) {
            return body;
        }
        List<Buffer> together = opened.get(row.getUUID("kept_with"));
        if (together == null) {
            throw new Pack.Damaged("an answer's pack is gone");
        }
        return together.get(row.getShort("place")).toString();
    }

    // The first of each $5 answers keeps the pack of all of them.
    private static final String STORE = """
            INSERT INTO platform.idempotency (id, body_hash, status, kept_with, place, keeps, pack)
            SELECT id, body_hash, status, ($1::uuid[])[nth - place], place,
                   CASE WHEN place = 0 THEN ($1::uuid[])[nth : nth + $5::int - 1] END,
                   CASE WHEN place = 0 THEN ($4::bytea[])[nth / $5::int + 1] END
              FROM (SELECT id, body_hash, status, nth::int AS nth, (nth::int - 1) % $5::int AS place
                      FROM unnest($1::uuid[], $2::text[], $3::smallint[])
                           WITH ORDINALITY AS t (id, body_hash, status, nth)) AS answer
            """;

    /** Stores many answers at once; a unique violation means that a neighbour was first. */
    public static void store(Writes writes, List<Stored> answers) {
        var ids = new UUID[answers.size()];
        var hashes = new String[answers.size()];
        var statuses = new Short[answers.size()];
        List<byte[]> bodies = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            Stored answer = answers.get(i);
            ids[i] = answer.id();
            hashes[i] = answer.bodyHash();
            statuses[i] = (short) answer.status();
            bodies.add(answer.body().getBytes(StandardCharsets.UTF_8));
        }
        List<Buffer> packs = new ArrayList<>();
        for (int first = 0; first < bodies.size(); first += KEPT_TOGETHER) {
            packs.add(Pack.of(bodies.subList(first, Math.min(first + KEPT_TOGETHER, bodies.size()))));
        }
        writes.add(STORE, Tuple.of(ids, hashes, statuses, packs.toArray(Buffer[]::new), KEPT_TOGETHER));
    }

    // By place and not by age: an index by age costs every answer, and one of the small kind soon names pages that hold
    // nothing old any more, as new answers take the room of old ones. Beyond the end it begins anew. Answers that lie
    // together are of one age, and go with the row that keeps them.
    private static final String PRUNE = """
            WITH stretch AS (
                SELECT size.pages, $3::bigint % size.pages AS first
                  FROM (SELECT greatest(1, pg_relation_size('platform.idempotency')
                                           / current_setting('block_size')::bigint) AS pages) AS size
            ), old AS (
                SELECT ctid AS at, coalesce(cardinality(keeps), 1) AS answers
                  FROM platform.idempotency
                 WHERE ctid >= format('(%s,0)', (SELECT first FROM stretch))::tid
                   AND ctid < format('(%s,0)', (SELECT first FROM stretch) + $4::bigint)::tid
                   AND created_at < now() - $1::bigint * interval '1 second'
                   AND (kept_with IS NULL OR keeps IS NOT NULL)
                 LIMIT $2
            ), chosen AS (
                SELECT coalesce(keeps, ARRAY[id]) AS ids
                  FROM platform.idempotency
                 WHERE ctid = ANY (ARRAY (
                       SELECT at
                         FROM (SELECT at, answers, sum(answers) OVER (ROWS UNBOUNDED PRECEDING) AS so_far FROM old)
                              AS counted
                        WHERE so_far - answers < $2))
                   FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM platform.idempotency
                 WHERE id = ANY (ARRAY (SELECT unnest(ids) FROM chosen))
                RETURNING 1
            )
            SELECT stretch.pages, stretch.first, (SELECT count(*) FROM gone) AS forgotten FROM stretch
            """;

    /**
     * Forgets answers older than {@code age} in the next stretch of the table, a bounded number of them, and says how
     * many. So it comes round, whatever the size and whatever fails in a stretch; begun anywhere, as nodes that start
     * often would else never come far.
     */
    public Future<Integer> prune(Duration age) {
        return database.pool()
                .preparedQuery(PRUNE)
                .execute(Tuple.of(age.toSeconds(), PRUNED_AT_ONCE, nextPage, STRETCH_PAGES))
                .onFailure(failure -> nextPage += STRETCH_PAGES)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    int forgotten = row.getLong("forgotten").intValue();
                    long first = row.getLong("first");
                    long after = first + STRETCH_PAGES;
                    // A full hand: the stretch may hold more.
                    long next = forgotten >= PRUNED_AT_ONCE ? first : after;
                    nextPage = next < row.getLong("pages") ? next : 0;
                    return forgotten;
                });
    }

    /** The refusal of a key that was used with another body. */
    public static ProblemException reused() {
        return Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key was used before with another body.")
                .asException();
    }

    private static ProblemException inProgress() {
        return Problem.of(
                        Problem.Code.IDEMPOTENCY_IN_PROGRESS,
                        "An earlier request with this Idempotency-Key is still running.")
                .asException();
    }
}
