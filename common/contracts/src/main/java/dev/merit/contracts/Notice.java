package dev.merit.contracts;

import java.util.UUID;

/**
 * News published to every node. It may be lost, so whatever listens also has a second guard, such as a short life of
 * its cache entries.
 */
public sealed interface Notice {

    /** A key was revoked or changed: drop what is known of it. */
    record KeyChanged(KeyId key) implements Notice {}

    /** A key's owner was changed: drop what is known of all its keys. */
    record OwnerChanged(Role role, UUID owner) implements Notice {}

    /** A member was made or changed: drop what its identifiers led to. */
    record MemberChanged(MemberId member) implements Notice {}

    /** A member of staff was changed or deleted: drop what is known of it. */
    record StaffChanged(StaffId staff) implements Notice {}

    /** A card was changed or deleted: drop what is known of it. */
    record CardChanged(CardId card) implements Notice {}

    /** A club was changed or deleted: drop what is known of it. */
    record ClubChanged(ClubId club) implements Notice {}

    /** Events lie in the outbox. */
    record OutboxFilled() implements Notice {}
}
