package dev.merit.bench.report;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names of all that can take part. */
public final class Contestants {
    public static final String SEVERAL = "several-8";
    public static final String SINGLE_8 = "single-8";
    public static final String SINGLE_16 = "single-16";
    /** Many clients hide what a slow disk costs each of them; on a fast one they only stand in each other's way. */
    public static final String SINGLE_32 = "single-32";

    public static final String SINGLE_64 = "single-64";
    public static final String SINGLE_1 = "single-1";
    public static final String LIMIT = "batch-50-2";
    public static final String SPRING = "spring-64";
    public static final String SPRING_256 = "spring-256";
    public static final String BARE = "bare-64";
    public static final String PURCHASE_1 = "purchase-1";
    public static final String PURCHASE_16 = "purchase-16";
    public static final String PURCHASE_64 = "purchase-64";
    public static final String PURCHASE_256 = "purchase-256";
    public static final String REPEATS = "purchase-64-repeats";
    public static final String HOT = "purchase-64-hot";
    public static final String PURCHASES = "purchases-100-8";
    public static final String REDEEM = "redeem-64";
    public static final String STAMPS = "stamps-64";
    public static final String VOUCHER = "voucher-64";
    public static final String VALIDATE = "validate-64";
    public static final String MIXED = "mixed-64";
    public static final String WALLET = "wallet-64";
    public static final String OPEN_PURCHASE = "purchase-open";
    public static final String OPEN_WALLET = "wallet-open";

    /** Those that take part in any run. */
    public static final List<String> ALL = List.of(
            SEVERAL,
            SINGLE_8,
            SINGLE_16,
            SINGLE_1,
            LIMIT,
            SPRING,
            SPRING_256,
            BARE,
            PURCHASE_1,
            PURCHASE_16,
            PURCHASE_64,
            PURCHASE_256,
            REPEATS,
            HOT,
            PURCHASES,
            REDEEM,
            STAMPS,
            VOUCHER,
            VALIDATE,
            MIXED,
            WALLET,
            OPEN_PURCHASE,
            OPEN_WALLET);

    /** Those that take part besides when the disk is made slow. */
    public static final List<String> ON_A_SLOW_DISK = List.of(SINGLE_32, SINGLE_64);

    /** Whose maximum says how fast an open loop goes: the best of those that took part. */
    public static final Map<String, Set<String>> MAXIMA =
            Map.of(OPEN_PURCHASE, Set.of(PURCHASE_64, PURCHASE_256), OPEN_WALLET, Set.of(WALLET));

    /** They do not use the node. */
    static final Set<String> OTHERS =
            Set.of(SEVERAL, SINGLE_8, SINGLE_16, SINGLE_32, SINGLE_64, SINGLE_1, LIMIT, SPRING, SPRING_256, BARE);

    /** What they do is no purchase, or goes at a rate that is given. */
    static final Set<String> NO_PURCHASES =
            Set.of(BARE, REDEEM, STAMPS, VOUCHER, VALIDATE, MIXED, WALLET, OPEN_PURCHASE, OPEN_WALLET);

    private Contestants() {}
}
