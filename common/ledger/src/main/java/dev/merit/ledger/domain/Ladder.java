package dev.merit.ledger.domain;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The tiers of one club that can be held: those that are active and not deleted. */
public record Ladder(List<Tier> tiers) {
    public static final Ladder EMPTY = new Ladder(List.of());

    public Ladder {
        tiers = List.copyOf(tiers);
    }

    /**
     * The tier held with these lifetime points: the one with the highest threshold that they reach.
     *
     * @param lifetime summed over all cards of the club
     */
    public Optional<Tier> at(long lifetime) {
        return tiers.stream()
                .filter(tier -> tier.threshold() <= lifetime)
                .max(Comparator.comparingLong(Tier::threshold));
    }
}
