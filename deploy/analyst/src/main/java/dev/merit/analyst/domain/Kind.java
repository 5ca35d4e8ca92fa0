package dev.merit.analyst.domain;

/** What became of points. The names stand in the file too. */
public enum Kind {
    /** Given: purchases, bonuses, stamps, vouchers, adjustments in the member's favour. */
    EARNED,
    /** Spent on rewards, less what was given back. */
    REDEEMED,
    /** Lapsed. */
    EXPIRED,
    /** Taken back: reversed purchases, voided vouchers, adjustments to the member's disadvantage, and debts settled. */
    CORRECTED;

    private static final String EXPIRY = "system_expired_points";
    private static final String REDEMPTION = "staff_redeemed_points_for_reward";

    /** The event of a redemption that is undone: it gives points back, and they are no new ones. */
    static final String REDEMPTION_REVERSAL = "staff_reversed_redemption";

    /** Of an event that is not known here it is enough to know whether it gives or takes. */
    static Kind of(String event, long points) {
        return switch (event) {
            case EXPIRY -> EXPIRED;
            case REDEMPTION, REDEMPTION_REVERSAL -> REDEEMED;
            default -> points >= 0 ? EARNED : CORRECTED;
        };
    }
}
