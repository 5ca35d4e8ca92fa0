package dev.merit.analyst.domain;

import java.util.UUID;

/** One member's points on one card. */
public record AccountKey(UUID partner, UUID member, UUID card) {}
