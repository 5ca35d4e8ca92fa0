package dev.merit.chaos.domain;

/**
 * One attempt at one node. Times are nanoseconds of one clock.
 *
 * @param node from 0
 */
public record Call(int node, long began, long ended, Outcome outcome) {}
