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
    private static final int PRUNED_AT_ONCE = 5_000;

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

    private static final String FIND = """
            SELECT id, body_hash, status, body
              FROM platform.idempotency
             WHERE id = ANY ($1)
            """;

    /** Looks up which of these were answered before. */
    public static Future<Map<UUID, Stored>> find(SqlClient tx, Collection<UUID> ids) {
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(Idempotency::byId);
    }

    private static final Reads.Part FOUND = Reads.Part.of(FIND, "id uuid, body_hash text, status smallint, body text");

    /** The same, as a part of others. */
    static Future<Map<UUID, Stored>> find(Reads reads, Collection<UUID> ids) {
        return reads.add(FOUND, Tuple.of(ids.toArray(UUID[]::new)), Idempotency::byId);
    }

    private static Map<UUID, Stored> byId(Iterable<Row> rows) {
        var found = new HashMap<UUID, Stored>();
        for (Row row : rows) {
            UUID id = row.getUUID("id");
            found.put(id, new Stored(id, row.getString("body_hash"), row.getShort("status"), row.getString("body")));
        }
        return found;
    }

    // Bodies arrive as bytes: the client copies those, and would write a text letter by letter.
    private static final String STORE = """
            INSERT INTO platform.idempotency (id, body_hash, status, body)
            SELECT id, body_hash, status, convert_from(body, 'UTF8')
              FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::bytea[]) AS answer (id, body_hash, status, body)
            """;

    /** Stores many answers at once; a unique violation means that a neighbour was first. */
    public static void store(Writes writes, List<Stored> answers) {
        var ids = new UUID[answers.size()];
        var hashes = new String[answers.size()];
        var statuses = new Short[answers.size()];
        var bodies = new Buffer[answers.size()];
        for (int i = 0; i < answers.size(); i++) {
            Stored answer = answers.get(i);
            ids[i] = answer.id();
            hashes[i] = answer.bodyHash();
            statuses[i] = (short) answer.status();
            bodies[i] = Buffer.buffer(answer.body().getBytes(StandardCharsets.UTF_8));
        }
        writes.add(STORE, Tuple.of(ids, hashes, statuses, bodies));
    }

    // By place and not by age: an index by age costs every answer, and one of the small kind soon names pages that hold
    // nothing old any more, as new answers take the room of old ones. Beyond the end it begins anew.
    private static final String PRUNE = """
            WITH stretch AS (
                SELECT size.pages, $3::bigint % size.pages AS first
                  FROM (SELECT greatest(1, pg_relation_size('platform.idempotency')
                                           / current_setting('block_size')::bigint) AS pages) AS size
            ), gone AS (
                DELETE FROM platform.idempotency
                 WHERE ctid = ANY (ARRAY (
                       SELECT ctid FROM platform.idempotency
                        WHERE ctid >= format('(%s,0)', (SELECT first FROM stretch))::tid
                          AND ctid < format('(%s,0)', (SELECT first FROM stretch) + $4::bigint)::tid
                          AND created_at < now() - $1::bigint * interval '1 second'
                        LIMIT $2
                          FOR UPDATE SKIP LOCKED))
                RETURNING 1
            )
            SELECT stretch.pages, stretch.first, (SELECT count(*) FROM gone) AS forgotten FROM stretch
            """;

    /**
     * Forgets answers older than {@code age} in the next stretch of the table, a bounded number of them, and says how many.
     * So it comes round, whatever the size; begun anywhere, as nodes that start often would else never come far.
     */
    public Future<Integer> prune(Duration age) {
        return database.pool()
                .preparedQuery(PRUNE)
                .execute(Tuple.of(age.toSeconds(), PRUNED_AT_ONCE, nextPage, STRETCH_PAGES))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    int forgotten = row.getLong("forgotten").intValue();
                    long first = row.getLong("first");
                    long after = first + STRETCH_PAGES;
                    // A full hand: the stretch may hold more.
                    long next = forgotten == PRUNED_AT_ONCE ? first : after;
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
