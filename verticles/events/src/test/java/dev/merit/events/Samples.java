package dev.merit.events;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Outbox;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Events as the ledger would write them. */
public final class Samples {
    private static final PartnerId PARTNER = new PartnerId(Uuids.next());
    private static final ClubId CLUB = new ClubId(Uuids.next());
    private static final TierId TIER = new TierId(Uuids.next());
    private static final StaffId STAFF = new StaffId(Uuids.next());

    private Samples() {}

    /** A member's card, whose entries count 1, 2, 3 … */
    public record Account(MemberId member, CardId card) {
        public static Account fresh() {
            return new Account(new MemberId(Uuids.next()), new CardId(Uuids.next()));
        }

        public static List<Account> fresh(int count) {
            return LongStream.range(0, count).mapToObj(i -> fresh()).toList();
        }

        /** One whose events go through this slice. */
        public static Account inSlice(int slice) {
            Account account = fresh();
            while (Outbox.sliceOf(account.member()) != slice) {
                account = fresh();
            }
            return account;
        }

        public String key() {
            return member.toString();
        }
    }

    /** A purchase with every rule applied. */
    public static TransactionRecorded purchase(Account account, long sequence) {
        Instant now = Instant.now();
        return new TransactionRecorded(
                new TransactionId(Uuids.next()),
                PARTNER,
                CLUB,
                account.card(),
                account.member(),
                sequence,
                "staff_credited_points_for_purchase",
                15,
                15 * sequence,
                new BigDecimal("12.50"),
                "EUR",
                12L,
                3L,
                0L,
                new BigDecimal("1.25"),
                TIER,
                new EarningRules(1, BigDecimal.ONE, null, 1_000L, 0, 12),
                now.plusSeconds(86_400),
                STAFF,
                null,
                null,
                null,
                "Rechnung Nº " + sequence,
                now,
                now,
                "request-" + sequence);
    }

    /** An expiry by the system: most fields are null. */
    public static TransactionRecorded expiry(Account account, long sequence) {
        Instant now = Instant.now();
        return new TransactionRecorded(
                new TransactionId(Uuids.next()),
                PARTNER,
                CLUB,
                account.card(),
                account.member(),
                sequence,
                "system_expired_points",
                -15,
                0,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                now,
                now,
                "request-" + sequence);
    }

    /** Entries {@code from} to {@code to} of an account. */
    public static List<TransactionRecorded> purchases(Account account, long from, long to) {
        List<TransactionRecorded> events = new ArrayList<>();
        for (long sequence = from; sequence <= to; sequence++) {
            events.add(purchase(account, sequence));
        }
        return events;
    }

    /** The same event with another order reference. */
    public static TransactionRecorded withReference(TransactionRecorded e, String orderReference) {
        return new TransactionRecorded(
                e.id(),
                e.partnerId(),
                e.clubId(),
                e.cardId(),
                e.memberId(),
                e.accountSequence(),
                e.event(),
                e.points(),
                e.balanceAfter(),
                e.purchaseAmount(),
                e.currency(),
                e.basePoints(),
                e.tierBonusPoints(),
                e.initialBonusPoints(),
                e.multiplier(),
                e.tierId(),
                e.rules(),
                e.pointsExpireAt(),
                e.staffId(),
                e.rewardId(),
                e.voucherId(),
                e.reverses(),
                orderReference,
                e.occurredAt(),
                e.createdAt(),
                e.requestId());
    }

    /** An event of the same member on another topic. */
    public static MemberEnrolled enrolled(Account account) {
        return new MemberEnrolled(
                Uuids.next(), PARTNER, account.member(), MemberEnrolled.EVENT, Instant.now(), "request");
    }
}
