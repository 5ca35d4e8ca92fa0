package dev.merit.contracts;

/** How many of each a partner may have; -1 is without limit. */
public record Limits(int agentKeys, int clubs, int cards, int rewards, int stampCards, int vouchers, int staff) {
    public static final int UNLIMITED = -1;

    /** What a new partner gets. */
    public static Limits standard() {
        return new Limits(5, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED, UNLIMITED);
    }

    /** Whether one more fits beside {@code existing}. */
    public static boolean allows(int limit, long existing) {
        return limit == UNLIMITED || existing < limit;
    }
}
