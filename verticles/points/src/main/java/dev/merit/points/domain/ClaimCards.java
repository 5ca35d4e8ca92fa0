package dev.merit.points.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Checked;
import dev.merit.contracts.Problem;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The cards of a member that a claim could be made with.
 *
 * @param held cards that are there and that the member earned on or follows, in any order
 */
public record ClaimCards(List<Held> held) {

    /** A card and what the member may spend on it. */
    public record Held(CardTerms card, long balance) {}

    public ClaimCards {
        held = List.copyOf(held);
    }

    /**
     * The card to claim with. Without a wish the one with the best balance, of those that can be used if there are any.
     *
     * <p>NOT_FOUND when the reward is on none of the member's cards, exactly as for a reward that nobody has. NOT_FOUND
     * on {@code card_id} for a card that is none of the member's, VALIDATION_FAILED on it when the reward is not on
     * it.
     */
    public Checked<Held> choose(@Nullable CardId wish, RewardTerms reward, Instant now) {
        List<Held> fitting = held.stream()
                .filter(each -> reward.cards().contains(each.card().id()))
                .toList();
        if (wish != null && !fitting.isEmpty()) {
            return wished(wish, reward);
        }
        return fitting.stream()
                .max(Comparator.comparing(
                                (Held each) -> each.card().refuseUse(now).isEmpty())
                        .thenComparingLong(Held::balance)
                        .thenComparing(each -> each.card().id().value()))
                .<Checked<Held>>map(Checked.Valid::new)
                .orElseGet(() -> new Checked.Refused<>(Problem.notFound()));
    }

    private Checked<Held> wished(CardId wish, RewardTerms reward) {
        Optional<Held> found =
                held.stream().filter(each -> each.card().id().equals(wish)).findFirst();
        if (found.isEmpty()) {
            return new Checked.Refused<>(Problem.notFound("card_id"));
        }
        return reward.cards().contains(wish)
                ? new Checked.Valid<>(found.get())
                : new Checked.Refused<>(Problem.invalid("card_id", "this reward cannot be taken with this card"));
    }
}
