package dev.merit.events.store;

/**
 * What has not been published yet.
 *
 * @param rows counted up to a limit
 * @param oldestSeconds the age of the oldest row; 0 when nothing waits
 * @param parked events put aside, counted up to a limit
 */
public record Waiting(long rows, long oldestSeconds, long parked) {}
