package dev.merit.registry.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.ListStaff;
import dev.merit.contracts.registry.RegistryRequest.Staff;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import dev.merit.platform.pg.PgProblems;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Rows of registry.staff; deleted ones are as good as gone. */
public final class StaffStore {

    private static final String LIST_STAFF = """
            SELECT s.id, s.club_id, c.name AS club_name, s.name, s.email, s.locale, s.time_zone, s.created_at,
                   s.updated_at
              FROM registry.staff s
              JOIN registry.club c ON c.partner_id = s.partner_id AND c.id = s.club_id
             WHERE s.partner_id = $1
               AND s.deleted_at IS NULL
               AND ($2::uuid IS NULL OR s.club_id = $2)
               AND ($3::text IS NULL OR strpos(lower(s.name), lower($3)) > 0)
             ORDER BY s.id DESC
             LIMIT $4 OFFSET $5
            """;

    /** One page of a partner's staff, newest first; nothing in {@code q} is a wildcard. */
    public Future<List<Staff>> listStaff(SqlClient client, ListStaff query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST_STAFF)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(rows -> rows.stream().map(StaffStore::staff).toList());
    }

    private static final String COUNT_LISTED = """
            SELECT count(*) AS counted
              FROM (SELECT FROM registry.staff
                     WHERE partner_id = $1
                       AND deleted_at IS NULL
                       AND ($2::uuid IS NULL OR club_id = $2)
                       AND ($3::text IS NULL OR strpos(lower(name), lower($3)) > 0)
                     LIMIT $4) AS matching
            """;

    /** Counts what {@link #listStaff} would list on all pages, up to one more than a total can say. */
    public Future<Long> countListed(SqlClient client, ListStaff query) {
        return client.preparedQuery(COUNT_LISTED)
                .execute(filter(query).addInteger(Paging.TOTAL_MAX + 1))
                .map(rows -> rows.iterator().next().getLong("counted"));
    }

    private static final String FIND_STAFF = """
            SELECT s.id, s.club_id, c.name AS club_name, s.name, s.email, s.locale, s.time_zone, s.created_at,
                   s.updated_at
              FROM registry.staff s
              JOIN registry.club c ON c.partner_id = s.partner_id AND c.id = s.club_id
             WHERE s.partner_id = $1
               AND s.id = $2
               AND s.deleted_at IS NULL
            """;

    public Future<Optional<Staff>> findStaff(SqlClient client, PartnerId partner, StaffId staff) {
        return client.preparedQuery(FIND_STAFF)
                .execute(Tuple.of(partner.value(), staff.value()))
                .map(rows -> rows.stream().findFirst().map(StaffStore::staff));
    }

    private static final String FIND_REF = """
            SELECT id, club_id, name
              FROM registry.staff
             WHERE partner_id = $1
               AND id = $2
               AND deleted_at IS NULL
            """;

    public Future<Optional<StaffRef>> findRef(SqlClient client, PartnerId partner, StaffId staff) {
        return client.preparedQuery(FIND_REF)
                .execute(Tuple.of(partner.value(), staff.value()))
                .map(rows -> rows.stream()
                        .findFirst()
                        .map(row -> new StaffRef(
                                new StaffId(row.getUUID("id")),
                                new ClubId(row.getUUID("club_id")),
                                row.getString("name"))));
    }

    private static final String LOCK_STAFF = """
            SELECT 1
              FROM registry.staff
             WHERE partner_id = $1
               AND id = $2
               AND deleted_at IS NULL
               FOR UPDATE
            """;

    /** Locks a member of staff until the transaction ends, then reads it: so a change that was waited for is seen. */
    public Future<Optional<Staff>> lockStaff(SqlClient tx, PartnerId partner, StaffId staff) {
        return tx.preparedQuery(LOCK_STAFF)
                .execute(Tuple.of(partner.value(), staff.value()))
                .compose(locked -> findStaff(tx, partner, staff));
    }

    private static final String COUNT_STAFF = """
            SELECT count(*) AS counted
              FROM registry.staff
             WHERE partner_id = $1
               AND deleted_at IS NULL
            """;

    /** Counts a partner's staff. Lock first. */
    public Future<Long> countStaff(SqlClient tx, PartnerId partner) {
        return tx.preparedQuery(COUNT_STAFF).execute(Tuple.of(partner.value())).map(StaffStore::counted);
    }

    private static final String COUNT_STAFF_OF = """
            SELECT count(*) AS counted
              FROM registry.staff
             WHERE partner_id = $1
               AND club_id = $2
               AND deleted_at IS NULL
            """;

    /** Counts the staff of a club. Lock the club first. */
    public Future<Long> countStaffOf(SqlClient tx, PartnerId partner, ClubId club) {
        return tx.preparedQuery(COUNT_STAFF_OF)
                .execute(Tuple.of(partner.value(), club.value()))
                .map(StaffStore::counted);
    }

    private static final String IS_EMAIL_TAKEN = """
            SELECT 1
              FROM registry.staff
             WHERE partner_id = $1
               AND email = $2
               AND deleted_at IS NULL
               AND id <> $3
            """;

    /** Whether somebody else of this partner's staff has the address. */
    public Future<Boolean> isEmailTaken(SqlClient tx, PartnerId partner, StaffId staff, String email) {
        return tx.preparedQuery(IS_EMAIL_TAKEN)
                .execute(Tuple.of(partner.value(), email, staff.value()))
                .map(rows -> rows.size() > 0);
    }

    private static final String APPEND_STAFF = """
            INSERT INTO registry.staff (partner_id, id, club_id, name, email, locale, time_zone)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    public Future<Void> appendStaff(SqlClient tx, PartnerId partner, StaffId staff, StaffFields fields) {
        return tx.preparedQuery(APPEND_STAFF)
                .execute(values(partner, staff, fields))
                .mapEmpty();
    }

    private static final String SET_STAFF = """
            UPDATE registry.staff
               SET club_id = $3, name = $4, email = $5, locale = $6, time_zone = $7, updated_at = now()
             WHERE partner_id = $1
               AND id = $2
            """;

    /** Changes a locked member of staff. */
    public Future<Void> setStaff(SqlClient tx, PartnerId partner, StaffId staff, StaffFields fields) {
        return tx.preparedQuery(SET_STAFF)
                .execute(values(partner, staff, fields))
                .mapEmpty();
    }

    private static final String SET_DELETED = """
            UPDATE registry.staff
               SET deleted_at = now()
             WHERE partner_id = $1
               AND id = $2
            """;

    /** Takes a locked member of staff away. */
    public Future<Void> setDeleted(SqlClient tx, PartnerId partner, StaffId staff) {
        return tx.preparedQuery(SET_DELETED)
                .execute(Tuple.of(partner.value(), staff.value()))
                .mapEmpty();
    }

    /** Whether a write failed because the address was taken in that very moment. */
    public static boolean isEmailConflict(Throwable failure) {
        return PgProblems.violates(failure, "staff_email_unique");
    }

    private static Tuple filter(ListStaff query) {
        ClubId club = query.club();
        return Tuple.of(query.partner().value(), club == null ? null : club.value(), query.q());
    }

    private static Tuple values(PartnerId partner, StaffId staff, StaffFields fields) {
        return Tuple.of(
                partner.value(),
                staff.value(),
                fields.clubId().value(),
                fields.name(),
                fields.email(),
                fields.locale(),
                fields.timeZone());
    }

    private static long counted(RowSet<Row> rows) {
        return rows.iterator().next().getLong("counted");
    }

    /** Staff does not sign in here yet: it has no pictures and no logins. */
    private static Staff staff(Row row) {
        return new Staff(
                new StaffId(row.getUUID("id")),
                new ClubId(row.getUUID("club_id")),
                row.getString("club_name"),
                row.getString("name"),
                row.getString("email"),
                row.getString("locale"),
                row.getString("time_zone"),
                0,
                null,
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"),
                null);
    }
}
