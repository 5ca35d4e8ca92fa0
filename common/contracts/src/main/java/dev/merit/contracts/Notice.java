package dev.merit.contracts;

import java.util.List;
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

    /**
     * What nodes have counted of keys in their present minute. Counts only grow, so a notice that comes late or twice
     * does no harm.
     */
    record RequestsCounted(List<Counted> counts) implements Notice {
        public RequestsCounted {
            counts = List.copyOf(counts);
        }

        /**
         * One key on one node.
         *
         * @param leftMillis until the key's minute ends; clocks of nodes may differ, so the end itself is not told
         * @param taken requests on that node so far
         */
        public record Counted(UUID node, KeyId key, long leftMillis, long taken) {}
    }

    /** A node has just started and would like to know what the others have counted. */
    record CountsWanted() implements Notice {}

    /**
     * A node says that it is there. Who does not hear its own is not heard by others either.
     *
     * @param node the node's id, new with each start
     * @param number counts up
     * @param hears the nodes that it heard lately, itself included
     */
    record Beat(UUID node, long number, List<UUID> hears) implements Notice {
        public Beat {
            hears = List.copyOf(hears);
        }
    }

    /** Events lie in the outbox. */
    record OutboxFilled() implements Notice {}
}
