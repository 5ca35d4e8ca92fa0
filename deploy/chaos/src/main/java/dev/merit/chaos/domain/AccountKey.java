package dev.merit.chaos.domain;

import java.util.UUID;

/** One member's points on one card of a partner. */
public record AccountKey(UUID partner, UUID member, UUID card) {}
