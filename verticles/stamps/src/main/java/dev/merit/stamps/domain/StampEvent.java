package dev.merit.stamps.domain;

/** What happens to a member's stamps. The words are part of the events and of the database. */
public enum StampEvent {
    ADDED("stamps_added"),
    COMPLETED("stamp_card_completed"),
    EXPIRED("stamps_expired"),
    REDEEMED("stamps_redeemed");

    private final String word;

    StampEvent(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
