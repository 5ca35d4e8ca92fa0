package dev.merit.chaos.domain;

import java.util.UUID;

/**
 * What one client wants once. Its id is the idempotency key and the request id of every attempt, so that every row it
 * leaves names it.
 *
 * @param account where points move; of a voucher or stamps, where they would
 * @param subject the reward, voucher or stamp card; the card itself for a purchase
 * @param amount cents of a purchase, number of stamps, else 0
 */
public record Operation(UUID id, Kind kind, AccountKey account, UUID subject, long amount) {}
