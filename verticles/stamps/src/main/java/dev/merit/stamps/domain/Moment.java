package dev.merit.stamps.domain;

import java.time.Instant;
import java.util.UUID;

/** When something happens, and under which id. Handed in, as the domain reads neither clock nor chance. */
public record Moment(UUID id, Instant at) {}
