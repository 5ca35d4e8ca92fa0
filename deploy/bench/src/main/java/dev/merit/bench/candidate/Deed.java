package dev.merit.bench.candidate;

/** What the callers of the node do. */
public enum Deed {
    PURCHASE,
    REDEEM,
    ADD_STAMP,
    REDEEM_VOUCHER,
    VALIDATE_VOUCHER,
    /** A till's day: 60 % purchases, 20 % redemptions, 10 % vouchers, 10 % stamps. */
    MIXED,
    /** A hundred purchases in one request. */
    PURCHASES,
    /** A member's own balances, by the member's own key. */
    WALLET
}
