package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Checked;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.points.domain.ClaimCards.Held;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClaimCardsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private final Held poor = held(100, true);
    private final Held better = held(200, true);
    private final Held asleep = held(900, false);
    private final Held elsewhere = held(1_000, true);

    @Test
    void takesTheBestBalanceOfTheCardsThatCanBeUsed() {
        var cards = new ClaimCards(List.of(poor, asleep, better, elsewhere));

        assertThat(cards.choose(null, rewardOn(poor, better, asleep), NOW)).isEqualTo(new Checked.Valid<>(better));
    }

    // What is wrong with the only card has to be said, not that there is none.
    @Test
    void takesACardThatCannotBeUsedWhenThereIsNoOther() {
        var cards = new ClaimCards(List.of(asleep, elsewhere));

        assertThat(cards.choose(null, rewardOn(poor, asleep), NOW)).isEqualTo(new Checked.Valid<>(asleep));
    }

    @Test
    void takesTheWishWhateverItsBalance() {
        var cards = new ClaimCards(List.of(poor, better));

        assertThat(cards.choose(poor.card().id(), rewardOn(poor, better), NOW)).isEqualTo(new Checked.Valid<>(poor));
    }

    @Test
    void findsNothingWhereTheMemberHasNoCardOfTheReward() {
        var cards = new ClaimCards(List.of(elsewhere));

        assertThat(cards.choose(null, rewardOn(poor), NOW)).isEqualTo(new Checked.Refused<>(Problem.notFound()));
        assertThat(cards.choose(poor.card().id(), rewardOn(poor), NOW))
                .isEqualTo(new Checked.Refused<>(Problem.notFound()));
        assertThat(cards.choose(elsewhere.card().id(), rewardOn(poor), NOW))
                .isEqualTo(new Checked.Refused<>(Problem.notFound()));
    }

    // The wish is looked at only where the reward is within the member's reach: else the answer would tell whether a
    // reward of a stranger is there.
    @Test
    void refusesAWishThatDoesNotFit() {
        var cards = new ClaimCards(List.of(better, elsewhere));

        assertThat(cards.choose(poor.card().id(), rewardOn(poor, better), NOW))
                .isEqualTo(new Checked.Refused<>(Problem.notFound("card_id")));
        assertThat(cards.choose(elsewhere.card().id(), rewardOn(better), NOW))
                .isInstanceOfSatisfying(
                        Checked.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(Problem.Code.VALIDATION_FAILED));
    }

    private static Held held(long balance, boolean active) {
        var rules = new EarningRules(1, BigDecimal.ONE, null, null, 0, null);
        var card = new CardTerms(
                new CardId(UUID.randomUUID()),
                new ClubId(UUID.randomUUID()),
                "EUR",
                rules,
                new Validity(null, null),
                active,
                false);
        return new Held(card, balance);
    }

    private static RewardTerms rewardOn(Held... cards) {
        return new RewardTerms(
                new RewardId(UUID.randomUUID()),
                "Coffee",
                100,
                Arrays.stream(cards).map(each -> each.card().id()).collect(Collectors.toSet()),
                null,
                null,
                new Validity(null, null),
                true);
    }
}
