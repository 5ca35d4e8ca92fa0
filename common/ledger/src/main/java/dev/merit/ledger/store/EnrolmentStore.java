package dev.merit.ledger.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.Enrolment;
import dev.merit.ledger.domain.Membership;
import dev.merit.platform.pg.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which members a partner knows. Bookings enrol by themselves; a domain whose first contact with a member books nothing
 * does {@link #findStrangers}, decides, and then {@link #enrol} with the event of each {@link Enrolment}, all in its
 * own transaction.
 */
public final class EnrolmentStore {
    private static final Comparator<Membership> ORDER = Comparator.comparing(
                    (Membership membership) -> membership.partner().value())
            .thenComparing(membership -> membership.member().value());

    private static final String FIND_STRANGERS = """
            SELECT k.partner_id, k.member_id
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, member_id)
             WHERE NOT EXISTS (
                   SELECT FROM ledger.enrolment e
                    WHERE e.partner_id = k.partner_id AND e.member_id = k.member_id)
            """;

    /**
     * Those of these members whom their partner does not know. Nobody is ever forgotten, so it takes no lock: who
     * enrols the same member second breaks the primary key and has to begin again.
     */
    public Future<Set<Membership>> findStrangers(SqlClient tx, Set<Membership> memberships) {
        if (memberships.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return tx.preparedQuery(FIND_STRANGERS)
                .execute(keyColumns(List.copyOf(memberships)).tuple())
                .map(rows -> {
                    var strangers = new HashSet<Membership>();
                    rows.forEach(row -> strangers.add(membership(row)));
                    return strangers;
                });
    }

    private static final String ENROL = """
            INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
            """;

    /** Enrols strangers. The member's event goes to the outbox in the same transaction. */
    public Future<Void> enrol(SqlClient tx, Collection<Enrolment> enrolments) {
        List<Enrolment> ordered = enrolments.stream()
                .sorted(Comparator.comparing(Enrolment::membership, ORDER))
                .toList();
        return tx.preparedQuery(ENROL)
                .execute(Columns.of(ordered)
                        .uuid(each -> each.membership().partner().value())
                        .uuid(each -> each.membership().member().value())
                        .time(Enrolment::at)
                        .tuple())
                .mapEmpty();
    }

    private static Columns<Membership> keyColumns(List<Membership> memberships) {
        return Columns.of(memberships).uuid(each -> each.partner().value()).uuid(each -> each.member()
                .value());
    }

    private static Membership membership(Row row) {
        return new Membership(new PartnerId(row.getUUID("partner_id")), new MemberId(row.getUUID("member_id")));
    }
}
