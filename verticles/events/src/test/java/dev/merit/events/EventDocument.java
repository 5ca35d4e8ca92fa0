package dev.merit.events;

import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.ClaimChanged;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.MemberTierChanged;
import dev.merit.contracts.event.LoyaltyEvent.StampsChanged;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.contracts.event.LoyaltyEvent.VoucherUsed;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An event as consumers are told of it.
 *
 * @param channel its topic's name in the AsyncAPI document, and the message's name there
 * @param words what each field means
 */
record EventDocument(
        Class<? extends LoyaltyEvent> type,
        String channel,
        String message,
        String schemaFile,
        Map<String, String> words) {

    private static final Map<String, String> COMMON = Map.ofEntries(
            Map.entry("id", "The event's id; the same as ce_id."),
            Map.entry("partner_id", "The partner in whose program it happened."),
            Map.entry("club_id", "The club that the card belongs to."),
            Map.entry("card_id", "The loyalty card."),
            Map.entry("member_id", "The member; the same as the record key."),
            Map.entry("event", "What happened; the last part of ce_type."),
            Map.entry("reward_id", "The reward."),
            Map.entry("staff_id", "Who did it; null when the system or a key did."),
            Map.entry("created_at", "When it was written; the same moment as ce_time."),
            Map.entry("request_id", "The HTTP request behind it, as in its answer and in the logs."));

    private static final Map<String, String> TRANSACTION = Map.ofEntries(
            Map.entry("id", "The entry's id, which the API names too; the same as ce_id."),
            Map.entry("partner_id", "The partner whose club the card belongs to."),
            Map.entry("club_id", "The card's club."),
            Map.entry("card_id", "The card; with the member it names the account."),
            Map.entry("member_id", "The member; the same as the record key."),
            Map.entry("account_sequence", "The entry's number in its account: 1, 2, 3 … without a gap."),
            Map.entry(
                    "event", "What happened, for example staff_credited_points_for_purchase or system_expired_points."),
            Map.entry("points", "What the entry adds to the balance; negative when it takes."),
            Map.entry("balance_after", "The account's balance with this entry."),
            Map.entry("purchase_amount", "What was paid, in currency; null when it was no purchase."),
            Map.entry("currency", "ISO 4217 code of the amount."),
            Map.entry("base_points", "Points by the card's rules alone, before the cap."),
            Map.entry("tier_bonus_points", "Points that the tier's multiplier added, before the cap."),
            Map.entry("initial_bonus_points", "The welcome bonus contained in points."),
            Map.entry("multiplier", "The multiplier of the member's tier."),
            Map.entry("tier_id", "The tier held before, whose multiplier counted; null without a tier."),
            Map.entry("rules", "The card's earning rules at that moment; null where none were applied."),
            Map.entry("rules.points_per_currency", "Points for each unit of currency."),
            Map.entry("rules.currency_unit_amount", "How much money is a unit."),
            Map.entry("rules.min_purchase_amount", "Below this a purchase earned nothing; null is no minimum."),
            Map.entry("rules.max_points_per_purchase", "The cap; null is none."),
            Map.entry("rules.initial_bonus_points", "The welcome bonus for the first purchase on the card."),
            Map.entry("rules.points_expire_months", "After how many months points expire; null is never."),
            Map.entry("points_expire_at", "When these points expire; null when never, or when points were taken."),
            Map.entry("staff_id", "Who did it; null when the system or a key did."),
            Map.entry("reward_id", "The reward redeemed."),
            Map.entry("voucher_id", "The voucher that gave the points."),
            Map.entry("reverses", "The entry that this one takes back, wholly or in part."),
            Map.entry("order_reference", "The caller's own reference."),
            Map.entry("occurred_at", "When it happened, as the caller says."),
            Map.entry("created_at", "When the entry was written; the same moment as ce_time."),
            Map.entry("request_id", "The HTTP request behind it, as in its answer and in the logs."));

    private static final Map<String, String> TIER = Map.of(
            "club_id", "The club whose tier it is.",
            "previous_tier_id", "The tier held before; null for none.",
            "tier_id", "The tier held now; null for none.",
            "lifetime_points", "The member's lifetime points on the club's cards, which decide the tier.");

    private static final Map<String, String> CLAIM = Map.of(
            "claim_id", "The claim; its events tell its whole life.",
            "status", "What the claim is now: pending, confirmed, rejected, withdrawn or expired.",
            "points_required", "What the reward costs.",
            "expires_at", "Until when staff may confirm it.",
            "transaction_id", "The redemption; null unless the claim is confirmed.");

    private static final Map<String, String> STAMPS = Map.ofEntries(
            Map.entry("stamp_card_id", "The stamp card."),
            Map.entry("club_id", "The stamp card's club."),
            Map.entry("stamps", "What it adds to the open round; negative for a completed round and for expiry."),
            Map.entry("stamps_before", "Stamps of the open round before it."),
            Map.entry("stamps_after", "Stamps of the open round with it."),
            Map.entry("stamps_required", "Stamps for a full card at that moment; what a completed round took."),
            Map.entry("completed_count", "Rounds that the member has completed on this card so far."),
            Map.entry("pending_rewards", "Rewards that wait to be handed out."),
            Map.entry("points_awarded", "Points that the completed round gave; 0 for every other event."),
            Map.entry("card_id", "The loyalty card that got the points."),
            Map.entry("transaction_id", "The ledger entry of these points, as on merit.transactions."),
            Map.entry("redemption_id", "The redemption, when a reward was handed out."),
            Map.entry("stamps_expire_at", "When the open round lapses; null when never, or when it is empty."),
            Map.entry("purchase_amount", "What was paid, as the caller says."),
            Map.entry("order_reference", "The caller's own reference, when stamps were added."));

    private static final Map<String, String> VOUCHER = Map.ofEntries(
            Map.entry("redemption_id", "The redemption; its events tell its whole life."),
            Map.entry("voucher_id", "The voucher."),
            Map.entry("club_id", "The voucher's club."),
            Map.entry(
                    "voucher_type",
                    "What the voucher gave: percentage, fixed_amount, free_product, free_shipping or bonus_points."),
            Map.entry("currency", "ISO 4217 code of the amounts, which are in minor units."),
            Map.entry("order_amount", "The order; null when it was not told."),
            Map.entry("discount_amount", "What was taken off; null for a percentage of an unknown order."),
            Map.entry("points_awarded", "Bonus points of the redemption, which voiding takes back."),
            Map.entry("card_id", "The card of the bonus points; null without any."),
            Map.entry("transaction_id", "The ledger entry that goes with this event; null without bonus points."),
            Map.entry("times_used", "How often the voucher was used by anybody, after this."),
            Map.entry(
                    "remaining_uses",
                    "How often it may still be used; null without a limit, and for a deleted voucher."),
            Map.entry("order_reference", "The caller's own reference."));

    static final List<EventDocument> ALL = List.of(
            of(TransactionRecorded.class, "transactions", "transactionRecorded", TRANSACTION),
            of(MemberEnrolled.class, "members", "memberEnrolled", Map.of()),
            of(MemberTierChanged.class, "members", "memberTierChanged", TIER),
            of(ClaimChanged.class, "claims", "claimChanged", CLAIM),
            of(StampsChanged.class, "stamps", "stampsChanged", STAMPS),
            of(VoucherUsed.class, "vouchers", "voucherUsed", VOUCHER));

    private static EventDocument of(
            Class<? extends LoyaltyEvent> type, String channel, String message, Map<String, String> own) {
        var words = new HashMap<>(COMMON);
        words.putAll(own);
        String file = message.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT) + ".schema.json";
        return new EventDocument(type, channel, message, file, Map.copyOf(words));
    }

    @Override
    public String toString() {
        return type.getSimpleName();
    }
}
