package dev.merit.keys.domain;

import dev.merit.keys.domain.AuditChain.Head;
import dev.merit.keys.domain.AuditChain.Link;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Walks along a chain and stops at the first row that is not what was written. Hand it the rows in order of their
 * sequence, in any number of pieces, and then the head.
 */
public final class AuditProof {

    /**
     * The first bad place of a chain.
     *
     * @param id of the row that stands there; null when there is none
     */
    public record Break(UUID chain, long sequence, @Nullable UUID id, Kind kind) {

        @Override
        public String toString() {
            return "chain " + chain + ", row " + sequence + (id == null ? " " : " (" + id + ") ") + kind.words;
        }
    }

    /** What is wrong there. */
    public enum Kind {
        MISSING("is missing"),
        CHANGED("is not what was written"),
        BEYOND_THE_HEAD("lies behind the chain's end"),
        HEAD_CHANGED("is not the one that the chain's end was written for");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private Head last;
    private @Nullable Break broken;

    public AuditProof(UUID chain) {
        this.last = Head.empty(chain);
    }

    /** The next row; those behind a break prove nothing and are passed over. */
    public void next(Link link) {
        if (broken != null) {
            return;
        }
        long expected = last.sequence() + 1;
        if (link.sequence() != expected) {
            broken = new Break(last.chain(), expected, null, Kind.MISSING);
        } else if (!AuditChain.hash(last, link.row()).equals(link.hash())) {
            broken = new Break(last.chain(), expected, link.row().id(), Kind.CHANGED);
        } else {
            last = new Head(last.chain(), expected, link.hash());
        }
    }

    /** How many rows were found good. */
    public long proven() {
        return last.sequence();
    }

    /** Whether there is any use in handing over more rows. */
    public boolean isBroken() {
        return broken != null;
    }

    /**
     * What the whole chain comes to.
     *
     * @param head as it was when the walk began
     * @param lastSequence of the rows that were there at the same moment
     */
    public Optional<Break> end(Head head, long lastSequence) {
        if (broken != null) {
            return Optional.of(broken);
        }
        if (lastSequence > head.sequence()) {
            return Optional.of(new Break(head.chain(), head.sequence() + 1, null, Kind.BEYOND_THE_HEAD));
        }
        if (last.sequence() < head.sequence()) {
            return Optional.of(new Break(head.chain(), last.sequence() + 1, null, Kind.MISSING));
        }
        return last.hash().equals(head.hash())
                ? Optional.empty()
                : Optional.of(new Break(head.chain(), head.sequence(), null, Kind.HEAD_CHANGED));
    }
}
