package dev.merit.stamps.store;

import dev.merit.platform.pg.Columns;
import dev.merit.stamps.domain.Progress;
import dev.merit.stamps.domain.StampBook;
import dev.merit.stamps.domain.StampFact;
import dev.merit.stamps.domain.StampFact.Credit;
import dev.merit.stamps.domain.StampKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Writes what happened to members' stamps, in the transaction that locked them. */
public final class StampWrites {

    /** A reward that was handed out, as it was called then. */
    public record HandedOut(StampFact fact, String rewardTitle) {}

    /** Writes rows and facts. Everything is sent without waiting; it fails when any of it fails. */
    public Future<?> append(SqlClient tx, Collection<StampBook> books, List<HandedOut> handedOut) {
        List<Future<?>> sent = new ArrayList<>();
        insertProgress(tx, sorted(books, book -> !book.isExisting()), sent);
        updateProgress(tx, sorted(books, StampBook::isExisting), sent);
        appendEvents(tx, sorted(books, book -> true), sent);
        appendRedemptions(tx, handedOut, sent);
        return Future.all(sent);
    }

    private static final String INSERT_PROGRESS = """
            INSERT INTO stamps.progress (partner_id, member_id, stamp_card_id, granted, current_stamps, consumed, expired,
                                         completed_count, pending_rewards, redeemed_count, event_count, last_stamp_at,
                                         expires_at, day, day_stamps, created_at, updated_at)
            SELECT partner_id, member_id, stamp_card_id, granted, current_stamps, consumed, expired, completed_count,
                   pending_rewards, redeemed_count, event_count, last_stamp_at, expires_at, day::date, day_stamps, at, at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                          $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[],
                          $13::timestamptz[], $14::text[], $15::bigint[], $16::timestamptz[])
                   AS t (partner_id, member_id, stamp_card_id, granted, current_stamps, consumed, expired,
                         completed_count, pending_rewards, redeemed_count, event_count, last_stamp_at, expires_at, day,
                         day_stamps, at)
            """;

    private static void insertProgress(SqlClient tx, List<StampBook> books, List<Future<?>> sent) {
        if (!books.isEmpty()) {
            sent.add(tx.preparedQuery(INSERT_PROGRESS)
                    .execute(progressColumns(books).tuple()));
        }
    }

    private static final String UPDATE_PROGRESS = """
            INSERT INTO stamps.progress AS p (partner_id, member_id, stamp_card_id, granted, current_stamps, consumed,
                                              expired, completed_count, pending_rewards, redeemed_count, event_count,
                                              last_stamp_at, expires_at, day, day_stamps, created_at, updated_at)
            SELECT partner_id, member_id, stamp_card_id, granted, current_stamps, consumed, expired, completed_count,
                   pending_rewards, redeemed_count, event_count, last_stamp_at, expires_at, day::date, day_stamps, at, at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                          $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[],
                          $13::timestamptz[], $14::text[], $15::bigint[], $16::timestamptz[])
                   AS t (partner_id, member_id, stamp_card_id, granted, current_stamps, consumed, expired,
                         completed_count, pending_rewards, redeemed_count, event_count, last_stamp_at, expires_at, day,
                         day_stamps, at)
            ON CONFLICT (partner_id, member_id, stamp_card_id) DO UPDATE
               SET granted = excluded.granted, current_stamps = excluded.current_stamps, consumed = excluded.consumed,
                   expired = excluded.expired, completed_count = excluded.completed_count,
                   pending_rewards = excluded.pending_rewards, redeemed_count = excluded.redeemed_count,
                   event_count = excluded.event_count, last_stamp_at = excluded.last_stamp_at,
                   expires_at = excluded.expires_at, day = excluded.day, day_stamps = excluded.day_stamps,
                   updated_at = excluded.updated_at
            """;

    /**
     * The rows are there and locked. An upsert finds each by its key; how a join would do that is up to the planner.
     */
    private static void updateProgress(SqlClient tx, List<StampBook> books, List<Future<?>> sent) {
        if (!books.isEmpty()) {
            sent.add(tx.preparedQuery(UPDATE_PROGRESS)
                    .execute(progressColumns(books).tuple()));
        }
    }

    private static final String APPEND_EVENTS = """
            INSERT INTO stamps.stamp_event (partner_id, member_id, stamp_card_id, sequence, event_id, operation_id, club_id,
                                            event, stamps, stamps_after, stamps_required, completed_count,
                                            pending_rewards, expires_at, points_awarded, card_id, transaction_id,
                                            redemption_id, purchase_amount, staff_id, attributed_to, order_reference,
                                            note, request_id, created_at)
            SELECT partner_id, member_id, stamp_card_id, sequence, event_id, operation_id, club_id, event, stamps,
                   stamps_after, stamps_required, completed_count, pending_rewards, expires_at, points_awarded, card_id,
                   transaction_id, redemption_id, purchase_amount::numeric, staff_id, attributed_to, order_reference,
                   note, request_id, created_at
              FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::uuid[],
                          $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
                          $14::timestamptz[], $15::bigint[], $16::uuid[], $17::uuid[], $18::uuid[], $19::text[],
                          $20::uuid[], $21::text[], $22::text[], $23::text[], $24::text[], $25::timestamptz[])
                   AS t (partner_id, member_id, stamp_card_id, sequence, event_id, operation_id, club_id, event, stamps,
                         stamps_after, stamps_required, completed_count, pending_rewards, expires_at, points_awarded,
                         card_id, transaction_id, redemption_id, purchase_amount, staff_id, attributed_to,
                         order_reference, note, request_id, created_at)
            """;

    private static void appendEvents(SqlClient tx, List<StampBook> books, List<Future<?>> sent) {
        List<StampFact> facts =
                books.stream().flatMap(book -> book.facts().stream()).toList();
        if (facts.isEmpty()) {
            return;
        }
        Columns<StampFact> columns = keyColumns(Columns.of(facts), StampFact::key)
                .number(StampFact::sequence)
                .uuid(StampFact::id)
                .uuid(fact -> fact.details().operationId())
                .uuid(fact -> fact.club().value())
                .text(fact -> fact.event().word())
                .number(StampFact::stamps)
                .number(fact -> fact.after().current())
                .number(StampFact::required)
                .number(fact -> fact.after().completedCount())
                .number(fact -> fact.after().pendingRewards())
                .time(fact -> fact.after().expiresAt())
                .number(StampFact::points)
                .uuid(fact -> credited(fact.credit(), credit -> credit.card().value()))
                .uuid(fact ->
                        credited(fact.credit(), credit -> credit.transaction().value()))
                .uuid(StampWrites::redemption)
                .decimal(fact -> fact.details().purchaseAmount())
                .uuid(StampWrites::staff)
                .text(fact -> fact.details().attributedTo())
                .text(fact -> fact.details().orderReference())
                .text(fact -> fact.details().note())
                .text(fact -> fact.details().requestId())
                .time(StampFact::createdAt);
        sent.add(tx.preparedQuery(APPEND_EVENTS).execute(columns.tuple()));
    }

    private static final String APPEND_REDEMPTIONS = """
            INSERT INTO stamps.redemption (partner_id, redemption_id, stamp_card_id, member_id, reward_title, staff_id,
                                           attributed_to, note, operation_id, request_id, created_at)
            SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[],
                                 $8::text[], $9::uuid[], $10::text[], $11::timestamptz[])
            """;

    private static void appendRedemptions(SqlClient tx, List<HandedOut> handedOut, List<Future<?>> sent) {
        if (handedOut.isEmpty()) {
            return;
        }
        sent.add(tx.preparedQuery(APPEND_REDEMPTIONS)
                .execute(Columns.of(handedOut)
                        .uuid(each -> each.fact().key().partner().value())
                        .uuid(each -> redemption(each.fact()))
                        .uuid(each -> each.fact().key().stampCard().value())
                        .uuid(each -> each.fact().key().member().value())
                        .text(HandedOut::rewardTitle)
                        .uuid(each -> staff(each.fact()))
                        .text(each -> each.fact().details().attributedTo())
                        .text(each -> each.fact().details().note())
                        .uuid(each -> each.fact().details().operationId())
                        .text(each -> each.fact().details().requestId())
                        .time(each -> each.fact().createdAt())
                        .tuple()));
    }

    private static List<StampBook> sorted(Collection<StampBook> books, Predicate<StampBook> which) {
        return books.stream()
                .filter(book -> book.isChanged() && which.test(book))
                .sorted(Comparator.comparing(StampBook::key, StampStore.LOCK_ORDER))
                .toList();
    }

    private static <T> Columns<T> keyColumns(Columns<T> columns, Function<T, StampKey> key) {
        return columns.uuid(row -> key.apply(row).partner().value())
                .uuid(row -> key.apply(row).member().value())
                .uuid(row -> key.apply(row).stampCard().value());
    }

    private static Columns<StampBook> progressColumns(List<StampBook> books) {
        return keyColumns(Columns.of(books), StampBook::key)
                .number(book -> book.progress().granted())
                .number(book -> book.progress().current())
                .number(book -> book.progress().consumed())
                .number(book -> book.progress().expired())
                .number(book -> book.progress().completedCount())
                .number(book -> book.progress().pendingRewards())
                .number(book -> book.progress().redeemedCount())
                .number(book -> book.progress().eventCount())
                .time(book -> book.progress().lastStampAt())
                .time(book -> book.progress().expiresAt())
                .text(book -> day(book.progress()))
                .number(book -> book.progress().today().stamps())
                .time(StampWrites::lastChange);
    }

    private static @Nullable String day(Progress progress) {
        LocalDate day = progress.today().day();
        return day == null ? null : day.toString();
    }

    private static Instant lastChange(StampBook book) {
        return book.facts().getLast().createdAt();
    }

    private static @Nullable UUID credited(@Nullable Credit credit, Function<Credit, UUID> of) {
        return credit == null ? null : of.apply(credit);
    }

    private static @Nullable UUID redemption(StampFact fact) {
        return fact.redemption() == null ? null : fact.redemption().value();
    }

    private static @Nullable UUID staff(StampFact fact) {
        return fact.details().staffId() == null
                ? null
                : fact.details().staffId().value();
    }
}
