package dev.merit.registry.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.ListClubs;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Rows of registry.club; deleted ones are as good as gone. */
public final class ClubStore {

    private static final String LIST_CLUBS = """
            SELECT id, name, description, time_zone, currency, is_active, created_at, updated_at
              FROM registry.club
             WHERE partner_id = $1
               AND deleted_at IS NULL
               AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
               AND ($3::boolean IS NULL OR is_active = $3)
             ORDER BY id DESC
             LIMIT $4 OFFSET $5
            """;

    /** One page of a partner's clubs, newest first; nothing in {@code q} is a wildcard. */
    public Future<List<Club>> listClubs(SqlClient client, ListClubs query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST_CLUBS)
                .execute(Tuple.of(
                        query.partner().value(), query.q(), query.isActive(), paging.perPage(), paging.offset()))
                .map(rows -> rows.stream().map(ClubStore::club).toList());
    }

    private static final String COUNT_LISTED = """
            SELECT count(*) AS counted
              FROM (SELECT FROM registry.club
                     WHERE partner_id = $1
                       AND deleted_at IS NULL
                       AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0)
                       AND ($3::boolean IS NULL OR is_active = $3)
                     LIMIT $4) AS matching
            """;

    /** Counts what {@link #listClubs} would list on all pages, up to one more than a total can say. */
    public Future<Long> countListed(SqlClient client, ListClubs query) {
        return client.preparedQuery(COUNT_LISTED)
                .execute(Tuple.of(query.partner().value(), query.q(), query.isActive(), Paging.TOTAL_MAX + 1))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String FIND_CLUB = """
            SELECT id, name, description, time_zone, currency, is_active, created_at, updated_at
              FROM registry.club
             WHERE partner_id = $1
               AND id = $2
               AND deleted_at IS NULL
            """;

    public Future<Optional<Club>> findClub(SqlClient client, PartnerId partner, ClubId club) {
        return client.preparedQuery(FIND_CLUB)
                .execute(Tuple.of(partner.value(), club.value()))
                .map(ClubStore::first);
    }

    private static final String LOCK_CLUB = """
            SELECT id, name, description, time_zone, currency, is_active, created_at, updated_at
              FROM registry.club
             WHERE partner_id = $1
               AND id = $2
               AND deleted_at IS NULL
               FOR UPDATE
            """;

    /** Reads a club and keeps its row locked until the transaction ends. */
    public Future<Optional<Club>> lockClub(SqlClient tx, PartnerId partner, ClubId club) {
        return tx.preparedQuery(LOCK_CLUB)
                .execute(Tuple.of(partner.value(), club.value()))
                .map(ClubStore::first);
    }

    private static final String COUNT_CLUBS = """
            SELECT count(*) AS counted
              FROM registry.club
             WHERE partner_id = $1
               AND deleted_at IS NULL
            """;

    /** Counts a partner's clubs. Lock first. */
    public Future<Long> countClubs(SqlClient tx, PartnerId partner) {
        return tx.preparedQuery(COUNT_CLUBS)
                .execute(Tuple.of(partner.value()))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String APPEND_CLUB = """
            INSERT INTO registry.club (partner_id, id, name, description, time_zone, currency, is_active)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            RETURNING id, name, description, time_zone, currency, is_active, created_at, updated_at
            """;

    public Future<Club> appendClub(SqlClient tx, PartnerId partner, ClubId club, ClubFields fields) {
        return tx.preparedQuery(APPEND_CLUB)
                .execute(values(partner, club, fields))
                .map(rows -> club(rows.iterator().next()));
    }

    private static final String SET_CLUB = """
            UPDATE registry.club
               SET name = $3, description = $4, time_zone = $5, currency = $6, is_active = $7, updated_at = now()
             WHERE partner_id = $1
               AND id = $2
            RETURNING id, name, description, time_zone, currency, is_active, created_at, updated_at
            """;

    /** Changes a locked club. */
    public Future<Club> setClub(SqlClient tx, PartnerId partner, ClubId club, ClubFields fields) {
        return tx.preparedQuery(SET_CLUB)
                .execute(values(partner, club, fields))
                .map(rows -> club(rows.iterator().next()));
    }

    private static final String SET_DELETED = """
            UPDATE registry.club
               SET deleted_at = now()
             WHERE partner_id = $1
               AND id = $2
            """;

    /** Takes a locked club away. */
    public Future<Void> setDeleted(SqlClient tx, PartnerId partner, ClubId club) {
        return tx.preparedQuery(SET_DELETED)
                .execute(Tuple.of(partner.value(), club.value()))
                .mapEmpty();
    }

    private static Tuple values(PartnerId partner, ClubId club, ClubFields fields) {
        return Tuple.of(
                partner.value(),
                club.value(),
                fields.name(),
                fields.description(),
                fields.timeZone(),
                fields.currency(),
                fields.isActive());
    }

    private static Optional<Club> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(ClubStore::club);
    }

    private static Club club(Row row) {
        return new Club(
                new ClubId(row.getUUID("id")),
                row.getString("name"),
                row.getString("description"),
                row.getString("time_zone"),
                row.getString("currency"),
                row.getBoolean("is_active"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }
}
