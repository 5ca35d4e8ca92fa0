package dev.merit.registry.store;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a list of members to read, newest id first.
 *
 * @param q part of the name; nothing in it is a wildcard
 * @param below only ids smaller than this
 */
public record MemberRange(@Nullable String q, UUID below, int limit, long offset) {}
