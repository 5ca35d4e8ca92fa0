package dev.merit.contracts;

/** What a partner may use. */
public record Permissions(
        boolean agentApi, boolean cardsOnHomepage, boolean loyaltyCards, boolean stampCards, boolean vouchers) {

    /** A new partner may use everything. */
    public static Permissions all() {
        return new Permissions(true, true, true, true, true);
    }
}
