package dev.merit.chaos.domain;

/** What a client may want: each kind moves value, and leaves one row that says so. */
public enum Kind {
    PURCHASE,
    REDEEM,
    VOUCHER,
    STAMPS
}
