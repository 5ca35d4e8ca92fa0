package dev.merit.chaos.domain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One ledger entry (L). */
public record LedgerRow(
        UUID id,
        AccountKey account,
        long sequence,
        long points,
        long balanceAfter,
        String event,
        @Nullable UUID reward,
        @Nullable UUID voucher,
        String requestId) {
    public static final String PURCHASE = "staff_credited_points_for_purchase";
    public static final String REDEMPTION = "staff_redeemed_points_for_reward";
    public static final String VOUCHER_BONUS = "voucher_bonus_points";
    public static final String STAMP_REWARD = "stamp_card_reward_points";
}
