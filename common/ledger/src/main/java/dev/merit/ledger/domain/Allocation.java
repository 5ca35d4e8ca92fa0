package dev.merit.ledger.domain;

/** What one debit took from one lot. */
public record Allocation(long debitSequence, long lotSequence, long points) {}
