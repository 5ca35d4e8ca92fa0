package dev.merit.registry.store;

import dev.merit.contracts.MemberId;

/**
 * What a new member is going to be called. Drawn by chance, so it may be taken.
 *
 * @param memberNumber used for anonymous members only
 */
public record FreshMember(MemberId id, String uniqueIdentifier, String memberNumber) {}
