package dev.merit.keys.store;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.keys.domain.AuditChain.Head;
import dev.merit.keys.domain.AuditChain.Link;
import dev.merit.platform.pg.PgProblems;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Rows of keys.audit and keys.audit_head. Rows are added and never changed. */
public final class AuditStore {

    private static final String ADD_HEADS = """
            INSERT INTO keys.audit_head (chain, sequence, hash)
            SELECT chain, 0, decode(repeat('00', 32), 'hex')
              FROM unnest($1::uuid[]) AS wanted (chain)
             ORDER BY chain
            ON CONFLICT (chain) DO NOTHING
            """;

    private static final String LOCK_HEADS = """
            SELECT chain, sequence, hash
              FROM keys.audit_head
             WHERE chain = ANY ($1)
             ORDER BY chain
               FOR UPDATE
            """;

    /** Reads the ends of chains and keeps them locked until the transaction ends; a chain that is new begins here. */
    public Future<List<Head>> lockHeads(SqlClient tx, Collection<UUID> chains) {
        UUID[] ids = chains.toArray(UUID[]::new);
        return tx.preparedQuery(LOCK_HEADS).execute(Tuple.of(ids)).compose(rows -> {
            if (rows.size() == ids.length) {
                return Future.succeededFuture(
                        rows.stream().map(AuditStore::head).toList());
            }
            return tx.preparedQuery(ADD_HEADS)
                    .execute(Tuple.of(ids))
                    .compose(added -> tx.preparedQuery(LOCK_HEADS).execute(Tuple.of(ids)))
                    .map(all -> all.stream().map(AuditStore::head).toList());
        });
    }

    private static final String LIST_KNOWN = """
            SELECT id FROM keys.audit WHERE id = ANY ($1)
            """;

    /** Which of these rows were written before. Lock their chains first. */
    public Future<Set<UUID>> listKnown(SqlClient tx, Collection<UUID> ids) {
        return tx.preparedQuery(LIST_KNOWN)
                .execute(Tuple.of(ids.toArray(UUID[]::new)))
                .map(rows -> {
                    var known = new HashSet<UUID>();
                    rows.forEach(row -> known.add(row.getUUID("id")));
                    return known;
                });
    }

    /** Whether {@link #appendLinks} failed because one of the rows was written before. */
    public static boolean failedForKnown(Throwable failure) {
        return PgProblems.violates(failure, "audit_by_id");
    }

    private static final String APPEND_LINKS = """
            INSERT INTO keys.audit
                   (chain, sequence, id, at, partner_id, role, key_id, key_prefix, action, resource, status, code,
                    request_id, replayed, hash)
            SELECT chain, sequence, id, at, partner_id, role, key_id, key_prefix, action, resource, status, code,
                   request_id, replayed, hash
              FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::text[], $7::uuid[],
                          $8::text[], $9::text[], $10::uuid[], $11::smallint[], $12::text[], $13::text[],
                          $14::boolean[], $15::bytea[])
                AS link (chain, sequence, id, at, partner_id, role, key_id, key_prefix, action, resource, status, code,
                         request_id, replayed, hash)
            """;

    /** Writes rows at the ends of their chains. */
    public Future<Void> appendLinks(SqlClient tx, List<Link> links) {
        return tx.preparedQuery(APPEND_LINKS).execute(columns(links)).mapEmpty();
    }

    private static final String SET_HEADS = """
            UPDATE keys.audit_head h
               SET sequence = n.sequence, hash = n.hash
              FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS n (chain, sequence, hash)
             WHERE h.chain = n.chain
            """;

    /** Moves the locked ends of chains to their last rows. */
    public Future<Void> setHeads(SqlClient tx, List<Link> last) {
        return tx.preparedQuery(SET_HEADS)
                .execute(Tuple.of(
                        array(last, UUID[]::new, Link::chain),
                        array(last, Long[]::new, Link::sequence),
                        array(last, Buffer[]::new, link -> buffer(link.hash()))))
                .mapEmpty();
    }

    /** A chain at one moment: its end, and the last row that is there. */
    public record Extent(Head head, long lastSequence) {}

    private static final String LIST_EXTENTS = """
            WITH RECURSIVE written AS (
                (SELECT chain FROM keys.audit WHERE chain >= $1 ORDER BY chain LIMIT 1)
                UNION ALL
                SELECT (SELECT a.chain FROM keys.audit a WHERE a.chain > w.chain ORDER BY a.chain LIMIT 1)
                  FROM written w
                 WHERE w.chain IS NOT NULL
            ), chain AS (
                (SELECT chain FROM written WHERE chain IS NOT NULL LIMIT $2)
                UNION
                (SELECT chain FROM keys.audit_head WHERE chain >= $1 ORDER BY chain LIMIT $2)
            )
            SELECT c.chain,
                   coalesce(h.sequence, 0) AS sequence,
                   coalesce(h.hash, decode(repeat('00', 32), 'hex')) AS hash,
                   coalesce((SELECT max(a.sequence) FROM keys.audit a WHERE a.chain = c.chain), 0) AS last_sequence
              FROM chain c
              LEFT JOIN keys.audit_head h ON h.chain = c.chain
             ORDER BY c.chain
             LIMIT $2
            """;

    /** The chains from one on, in order: also those whose end was taken away, and those whose rows were. */
    public Future<List<Extent>> listExtents(SqlClient client, UUID from, int limit) {
        return client.preparedQuery(LIST_EXTENTS).execute(Tuple.of(from, limit)).map(rows -> rows.stream()
                .map(row -> new Extent(head(row), row.getLong("last_sequence")))
                .toList());
    }

    private static final String LIST_LINKS = """
            SELECT chain, sequence, id, at, partner_id, role, key_id, key_prefix, action, resource, status, code,
                   request_id, replayed, hash
              FROM keys.audit
             WHERE chain = $1
               AND sequence > $2
               AND sequence <= $3
             ORDER BY sequence
             LIMIT $4
            """;

    /** The next rows of a chain up to an end. */
    public Future<List<Link>> listLinks(SqlClient client, Head after, long until, int limit) {
        return client.preparedQuery(LIST_LINKS)
                .execute(Tuple.of(after.chain(), after.sequence(), until, limit))
                .map(rows -> rows.stream().map(AuditStore::link).toList());
    }

    private static Tuple columns(List<Link> links) {
        return Tuple.from(List.of(
                array(links, UUID[]::new, Link::chain),
                array(links, Long[]::new, Link::sequence),
                array(links, UUID[]::new, link -> link.row().id()),
                array(
                        links,
                        OffsetDateTime[]::new,
                        link -> Times.offset(link.row().at())),
                array(links, UUID[]::new, link -> {
                    PartnerId partner = link.row().partnerId();
                    return partner == null ? null : partner.value();
                }),
                array(links, String[]::new, link -> {
                    Role role = link.row().role();
                    return role == null ? null : role.word();
                }),
                array(links, UUID[]::new, link -> {
                    KeyId key = link.row().keyId();
                    return key == null ? null : key.value();
                }),
                array(links, String[]::new, link -> link.row().keyPrefix()),
                array(links, String[]::new, link -> link.row().action()),
                array(links, UUID[]::new, link -> link.row().resource()),
                array(links, Short[]::new, link -> (short) link.row().status()),
                array(links, String[]::new, link -> link.row().code()),
                array(links, String[]::new, link -> link.row().requestId()),
                array(links, Boolean[]::new, link -> link.row().replayed()),
                array(links, Buffer[]::new, link -> buffer(link.hash()))));
    }

    private static <V> Object array(
            List<Link> links, IntFunction<@Nullable V[]> array, Function<Link, @Nullable V> column) {
        @Nullable V[] values = array.apply(links.size());
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(links.get(i));
        }
        return values;
    }

    private static Head head(Row row) {
        return new Head(row.getUUID("chain"), row.getLong("sequence"), hash(row));
    }

    private static Link link(Row row) {
        return new Link(row.getUUID("chain"), row.getLong("sequence"), row(row), hash(row));
    }

    /** An audit row as it lies in the table. */
    static AuditRow row(Row row) {
        UUID partner = row.getUUID("partner_id");
        UUID key = row.getUUID("key_id");
        String role = row.getString("role");
        return new AuditRow(
                row.getUUID("id"),
                Times.required(row, "at"),
                partner == null ? null : new PartnerId(partner),
                role == null ? null : Role.valueOf(role.toUpperCase(Locale.ROOT)),
                key == null ? null : new KeyId(key),
                row.getString("key_prefix"),
                row.getString("action"),
                row.getUUID("resource"),
                row.getShort("status"),
                row.getString("code"),
                row.getString("request_id"),
                row.getBoolean("replayed"));
    }

    private static String hash(Row row) {
        return HexFormat.of().formatHex(row.getBuffer("hash").getBytes());
    }

    private static Buffer buffer(String hash) {
        return Buffer.buffer(HexFormat.of().parseHex(hash));
    }
}
