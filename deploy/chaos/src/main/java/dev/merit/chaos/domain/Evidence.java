package dev.merit.chaos.domain;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was found at rest: ledger (L), balances (B), topics (K), and what each node tells. */
public record Evidence(
        List<LedgerRow> ledger,
        List<Balance> balances,
        List<Enrolment> enrolments,
        Uses uses,
        List<StreamRecord> stream,
        List<OutboxEvent> outbox,
        List<ToldBalance> told) {

    public Evidence {
        ledger = List.copyOf(ledger);
        balances = List.copyOf(balances);
        enrolments = List.copyOf(enrolments);
        stream = List.copyOf(stream);
        outbox = List.copyOf(outbox);
        told = List.copyOf(told);
    }

    /** A stored balance. */
    public record Balance(AccountKey account, long points) {}

    /** What is used up beside points. */
    public record Uses(List<VoucherUse> vouchers, List<StampFact> stampFacts, List<StampProgress> stamps) {
        public Uses {
            vouchers = List.copyOf(vouchers);
            stampFacts = List.copyOf(stampFacts);
            stamps = List.copyOf(stamps);
        }
    }

    /**
     * One use of a voucher.
     *
     * @param card where its points went; null without points
     */
    public record VoucherUse(
            UUID id,
            UUID partner,
            UUID voucher,
            UUID member,
            boolean voided,
            @Nullable UUID card,
            String requestId) {}

    /**
     * Something that happened to a member's stamps.
     *
     * @param card where the points of a full round went; null without points
     */
    public record StampFact(
            UUID id,
            UUID partner,
            UUID stampCard,
            UUID member,
            String event,
            long stamps,
            @Nullable UUID card,
            String requestId) {
        public static final String ADDED = "stamps_added";
        public static final String COMPLETED = "stamp_card_completed";
    }

    /** What a member has on a stamp card. */
    public record StampProgress(
            UUID partner, UUID stampCard, UUID member, long granted, long current, long completed, long expired) {}

    /**
     * A record of a topic, in the order of its partition.
     *
     * @param digest of key, headers and value
     * @param told what it says happened; null for what has a row under the event's own id or none at all
     */
    public record StreamRecord(
            String topic,
            UUID eventId,
            String key,
            long sequence,
            String digest,
            @Nullable Told told) {}

    /** What an event tells, as far as it is compared. */
    public sealed interface Told {}

    /** Points of an account. */
    public record Movement(AccountKey account, long points, long balanceAfter) implements Told {}

    /** A voucher's use, by its own id. */
    public record Redemption(UUID id) implements Told {}

    /** A partner met a member for the first time; also the row that says so. */
    public record Enrolment(UUID partner, UUID member) implements Told {}

    /** An event that the database says exists. */
    public record OutboxEvent(UUID eventId, String topic, boolean published) {}

    /** Who asked for a balance. */
    public enum Asker {
        PARTNER,
        MEMBER
    }

    /**
     * A balance that a node told after the run.
     *
     * @param balance null when it did not answer with one
     */
    public record ToldBalance(
            int node,
            Asker asker,
            AccountKey account,
            @Nullable Long balance) {}
}
