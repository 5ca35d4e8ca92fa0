package dev.merit.keys.store;

import dev.merit.contracts.Paging;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads keys.audit for operators, newest first. There are three ways in, each by an index that gives the order as well:
 * all rows, those of a partner, those of a request id. The other filters are applied to what is found there.
 */
public final class AuditListStore {
    // The bounds are never null inside the statements: so the index serves them under a generic plan too.
    private static final String LIST_OF_ALL = """
            SELECT id, at, partner_id, role, key_id, key_prefix, action, resource, status, code, request_id, replayed
              FROM keys.audit
             WHERE id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
               AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
               AND ($4::text IS NULL OR role = $4)
               AND ($5::text IS NULL OR action = $5)
               AND ($6::text IS NULL OR key_prefix = $6)
               AND ($7::smallint IS NULL OR status = $7)
             ORDER BY id DESC
             LIMIT $8 OFFSET $9
            """;

    private static final String LIST_OF_PARTNER = """
            SELECT id, at, partner_id, role, key_id, key_prefix, action, resource, status, code, request_id, replayed
              FROM keys.audit
             WHERE partner_id = $8
               AND id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
               AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
               AND ($4::text IS NULL OR role = $4)
               AND ($5::text IS NULL OR action = $5)
               AND ($6::text IS NULL OR key_prefix = $6)
               AND ($7::smallint IS NULL OR status = $7)
             ORDER BY id DESC
             LIMIT $9 OFFSET $10
            """;

    private static final String LIST_OF_REQUEST = """
            SELECT id, at, partner_id, role, key_id, key_prefix, action, resource, status, code, request_id, replayed
              FROM keys.audit
             WHERE request_id = $8
               AND id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
               AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
               AND ($4::text IS NULL OR role = $4)
               AND ($5::text IS NULL OR action = $5)
               AND ($6::text IS NULL OR key_prefix = $6)
               AND ($7::smallint IS NULL OR status = $7)
               AND ($9::uuid IS NULL OR partner_id = $9)
             ORDER BY id DESC
             LIMIT $10 OFFSET $11
            """;

    /** Rows, newest first; one more than a page, so that one can see whether there is a next. */
    public Future<List<AuditRow>> listAudit(SqlClient client, AuditRange range, Paging paging) {
        long offset = paging.cursor() == null ? paging.offset() : 0;
        String statement =
                switch (range.way()) {
                    case ALL -> LIST_OF_ALL;
                    case PARTNER -> LIST_OF_PARTNER;
                    case REQUEST -> LIST_OF_REQUEST;
                };
        return client.preparedQuery(statement)
                .execute(range.with(paging.perPage() + 1L, offset))
                .map(rows -> rows.stream().map(AuditStore::row).toList());
    }

    private static final String COUNT_OF_ALL = """
            SELECT count(*) AS counted
              FROM (SELECT FROM keys.audit
                     WHERE id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
                       AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                       AND ($4::text IS NULL OR role = $4)
                       AND ($5::text IS NULL OR action = $5)
                       AND ($6::text IS NULL OR key_prefix = $6)
                       AND ($7::smallint IS NULL OR status = $7)
                     ORDER BY id DESC
                     LIMIT $8) AS matching
            """;

    private static final String COUNT_OF_PARTNER = """
            SELECT count(*) AS counted
              FROM (SELECT FROM keys.audit
                     WHERE partner_id = $8
                       AND id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
                       AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                       AND ($4::text IS NULL OR role = $4)
                       AND ($5::text IS NULL OR action = $5)
                       AND ($6::text IS NULL OR key_prefix = $6)
                       AND ($7::smallint IS NULL OR status = $7)
                     ORDER BY id DESC
                     LIMIT $9) AS matching
            """;

    private static final String COUNT_OF_REQUEST = """
            SELECT count(*) AS counted
              FROM (SELECT FROM keys.audit
                     WHERE request_id = $8
                       AND id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
                       AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                       AND ($4::text IS NULL OR role = $4)
                       AND ($5::text IS NULL OR action = $5)
                       AND ($6::text IS NULL OR key_prefix = $6)
                       AND ($7::smallint IS NULL OR status = $7)
                       AND ($9::uuid IS NULL OR partner_id = $9)
                     ORDER BY id DESC
                     LIMIT $10) AS matching
            """;

    /** Counts rows, up to one more than a total can say. */
    public Future<Long> countAudit(SqlClient client, AuditRange range) {
        String statement =
                switch (range.way()) {
                    case ALL -> COUNT_OF_ALL;
                    case PARTNER -> COUNT_OF_PARTNER;
                    case REQUEST -> COUNT_OF_REQUEST;
                };
        return client.preparedQuery(statement)
                .execute(range.with(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String FIND_REACH_OF_ALL = """
            SELECT id
              FROM keys.audit
             WHERE id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
               AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY id DESC
             LIMIT 1 OFFSET $4
            """;

    private static final String FIND_REACH_OF_PARTNER = """
            SELECT id
              FROM keys.audit
             WHERE partner_id = $4
               AND id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
               AND id < coalesce(least($2::uuid, $3::uuid), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY id DESC
             LIMIT 1 OFFSET $5
            """;

    /** How far back {@code rows} rows reach, whatever is asked of them; empty when there are not that many. */
    public Future<Optional<UUID>> findReach(SqlClient client, AuditRange range, long rows) {
        Tuple values =
                Tuple.tuple().addUUID(range.from()).addUUID(range.until()).addUUID(range.before());
        Future<RowSet<Row>> found =
                switch (range.way()) {
                    case PARTNER ->
                        client.preparedQuery(FIND_REACH_OF_PARTNER)
                                .execute(values.addUUID(range.partner()).addLong(rows));
                    case ALL, REQUEST -> client.preparedQuery(FIND_REACH_OF_ALL).execute(values.addLong(rows));
                };
        return found.map(reached -> reached.stream().findFirst().map(row -> row.getUUID("id")));
    }
}
