package dev.merit.ledger.domain;

import java.time.Instant;
import java.util.UUID;

/** When something is booked, and under which id. Handed in, as the domain reads neither clock nor chance. */
public record Stamp(UUID id, Instant at) {}
