package dev.merit.events.store;

import java.util.UUID;

/**
 * Who says to own a slice.
 *
 * @param fence the number of the ownership: whoever comes later has a higher one
 */
public record SliceClaim(int slice, UUID owner, long fence) {}
