package dev.merit.analyst.domain;

import java.time.Instant;
import java.util.UUID;

/**
 * An account of which the topic does not tell everything, or tells what cannot be. It is set aside for good.
 *
 * @param firstMissing the first entry that was not told, or that cannot be
 * @param sinceEvent the event by which that was noticed
 * @param since when that one was booked
 * @param reason what is wrong, in words
 */
public record BrokenAccount(AccountKey account, long firstMissing, UUID sinceEvent, Instant since, String reason) {}
