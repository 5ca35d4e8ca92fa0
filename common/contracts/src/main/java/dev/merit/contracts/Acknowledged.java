package dev.merit.contracts;

/** The reply to a request that has nothing to tell but that it was done. */
public record Acknowledged() {}
