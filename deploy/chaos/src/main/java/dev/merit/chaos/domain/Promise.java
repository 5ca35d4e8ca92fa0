package dev.merit.chaos.domain;

/** What must hold, each with its sentence. */
public enum Promise {
    NO_LOSS("E1", "every acknowledged operation has its effect, as it was answered"),
    NO_INVENTION("E2", "every effect belongs to one operation, none has two, refused ones have none"),
    BALANCE("E3", "entries add up to the balance that is stored and that every node tells; never below zero"),
    STREAM("E4", "the topics hold exactly what happened, without a gap, and fold to the balances"),
    LIMITS("E5", "vouchers, stamps and rewards add up and stay within their limits"),
    TENANCY("E6", "no row refers to another partner's thing"),
    ORDER("order", "whoever was answered is seen by everybody who asks later, on any node"),
    ANSWERS("answers", "a repeat answers the same bytes, and no answer contradicts another"),
    DEFINITE("definite", "no operation is still in doubt 60 s after the last fault is healed"),
    CAUGHT_UP("caught up", "every event is in Kafka 60 s after the last fault is healed"),
    REPEATS("repeats", "at most 1 % of the records are repeats, each the same bytes under one event id"),
    DURABLE("durable", "the database runs with fsync, synchronous_commit and full_page_writes on"),
    UNNOTICED("unnoticed", "no call fails by an orderly stop, refused connections aside, nor by Kafka's absence"),
    STANDING("standing", "no node ends by itself or stays away; an orderly stop takes 30 s at most and ends with 0"),
    AVAILABLE(
            "available", "99 % of the calls succeed again in time after each fault, and so does a node that was away");

    private final String label;
    private final String sentence;

    Promise(String label, String sentence) {
        this.label = label;
        this.sentence = sentence;
    }

    public String label() {
        return label;
    }

    /** Whether it says how soon all is well again, and nothing of what is true. */
    public boolean isOfTime() {
        return this == AVAILABLE;
    }

    public String sentence() {
        return sentence;
    }
}
