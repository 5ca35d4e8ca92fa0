package dev.merit.ledger.domain;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Why points moved. The words are part of the API. */
public enum EntryEvent {
    PURCHASE("staff_credited_points_for_purchase"),
    INITIAL_BONUS("initial_bonus_points"),
    REDEMPTION("staff_redeemed_points_for_reward"),
    PURCHASE_REVERSAL("staff_reversed_purchase"),
    REDEMPTION_REVERSAL("staff_reversed_redemption"),
    ADJUSTMENT("staff_adjusted_points"),
    STAMP_CARD_REWARD("stamp_card_reward_points"),
    VOUCHER_BONUS("voucher_bonus_points"),
    EXPIRY("system_expired_points");

    private static final Map<String, EntryEvent> BY_WORD =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EntryEvent::word, Function.identity()));

    private final String word;

    EntryEvent(String word) {
        this.word = word;
    }

    /** The name in the API, in events and in the database. */
    public String word() {
        return word;
    }

    /** Whether it may move lifetime points, and with them the member's tier. Spending and its undoing never do. */
    public boolean countsForTiers() {
        return switch (this) {
            case PURCHASE, INITIAL_BONUS, PURCHASE_REVERSAL, ADJUSTMENT, STAMP_CARD_REWARD, VOUCHER_BONUS -> true;
            case REDEMPTION, REDEMPTION_REVERSAL, EXPIRY -> false;
        };
    }

    /** The event of this name, if there is one. */
    public static Optional<EntryEvent> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }
}
