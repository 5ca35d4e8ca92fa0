package dev.merit.chaos.plan;

/** What a node no longer reaches when it is cut off. */
public enum Cut {
    /** PostgreSQL and Kafka; clients and other nodes still reach it. */
    SERVERS,
    /** The other nodes. */
    PEERS,
    /** Everybody. */
    ALL
}
