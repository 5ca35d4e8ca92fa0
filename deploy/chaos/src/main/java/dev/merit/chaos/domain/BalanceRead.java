package dev.merit.chaos.domain;

/** A balance that some node answered during the run. */
public record BalanceRead(AccountKey account, int node, long began, long ended, long balance) {}
