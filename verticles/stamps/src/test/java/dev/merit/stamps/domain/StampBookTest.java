package dev.merit.stamps.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampRedemptionId;
import dev.merit.contracts.TransactionId;
import dev.merit.stamps.domain.StampFact.Credit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StampBookTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.parse("2026-03-01");
    private static final StampDetails DETAILS =
            new StampDetails(null, null, "System", "note", "order-1", null, "request");
    private static final StampKey KEY = new StampKey(
            new PartnerId(UUID.randomUUID()),
            new MemberId(UUID.randomUUID()),
            Terms.taking(1).id());

    private final StampBook book = StampBook.open(KEY, Progress.NONE);

    private static Moment at(Instant time) {
        return new Moment(UUID.randomUUID(), time);
    }

    private void add(long stamps, StampTerms terms) {
        StampFact fact = book.add(stamps, DAY, terms, at(NOON), DETAILS);
        assertThat(fact.stamps()).isEqualTo(stamps);
        while (book.isFull(terms)) {
            fact = book.complete(terms, null, at(NOON), DETAILS);
        }
    }

    @Test
    void beginsTheNextRoundWithTheSurplusOfSeveral() {
        add(5, Terms.taking(6));

        add(10, Terms.taking(6));

        assertThat(book.progress())
                .returns(15L, Progress::granted)
                .returns(3L, Progress::current)
                .returns(12L, Progress::consumed)
                .returns(2L, Progress::completedCount)
                .returns(2L, Progress::pendingRewards);
        assertThat(book.facts()).extracting(StampFact::sequence).containsExactly(1L, 2L, 3L, 4L);
        assertThat(book.facts()).extracting(StampFact::stamps).containsExactly(5L, 10L, -6L, -6L);
    }

    /** Breaks when a round that completed under one requirement is counted by another. */
    @Test
    void recordsWhatEachRoundTookWhenTheRequirementChanges() {
        add(4, Terms.taking(6));

        add(1, Terms.taking(2));

        assertThat(book.progress())
                .returns(5L, Progress::granted)
                .returns(4L, Progress::consumed)
                .returns(1L, Progress::current)
                .returns(2L, Progress::completedCount);
        add(1, Terms.taking(6));
        assertThat(book.progress().current()).isEqualTo(2);
    }

    @Test
    void letsAnOpenRoundLapseAsAWholeAndKeepsWhatWasCompleted() {
        StampTerms terms = Terms.expiring(3, 30);
        add(4, terms);
        add(1, terms);
        Instant lapses = NOON.plus(Duration.ofDays(30));

        assertThat(book.expire(terms, at(lapses.minusNanos(1)), DETAILS)).isEmpty();
        assertThat(book.expire(terms, at(lapses), DETAILS))
                .hasValueSatisfying(fact -> assertThat(fact.stamps()).isEqualTo(-2));
        assertThat(book.expire(terms, at(lapses.plusSeconds(1)), DETAILS)).isEmpty();

        assertThat(book.progress())
                .returns(0L, Progress::current)
                .returns(2L, Progress::expired)
                .returns(3L, Progress::consumed)
                .returns(1L, Progress::pendingRewards)
                .returns(null, Progress::expiresAt);
    }

    @Test
    void countsTheTimeFromTheLastStampAndNotForAnEmptyRound() {
        StampTerms terms = Terms.expiring(3, 30);
        var unused = book.add(1, DAY, terms, at(NOON), DETAILS);
        unused = book.add(1, DAY, terms, at(NOON.plusSeconds(9)), DETAILS);
        assertThat(book.progress().expiresAt()).isEqualTo(NOON.plusSeconds(9).plus(Duration.ofDays(30)));

        add(1, terms);

        assertThat(book.progress().current()).isZero();
        assertThat(book.progress().expiresAt()).isNull();
    }

    @Test
    void countsStampsByDay() {
        add(2, Terms.taking(100));
        assertThat(book.addedOn(DAY)).isEqualTo(2);
        assertThat(book.addedOn(DAY.plusDays(1))).isZero();

        var unused = book.add(1, DAY.plusDays(1), Terms.taking(100), at(NOON), DETAILS);

        assertThat(book.addedOn(DAY.plusDays(1))).isEqualTo(1);
        assertThat(book.addedOn(DAY)).isZero();
    }

    /** Breaks when a full card that only gives points also waits at the counter, or the other way round. */
    @Test
    void keepsARewardPendingOnlyWhereStaffHandsSomethingOut() {
        StampTerms points = Terms.of(2, new StampTerms.Rules(null, null, 10, null), false);
        var unused = book.add(2, DAY, points, at(NOON), DETAILS);
        Credit credit = new Credit(Terms.POINTS_CARD, 50, new TransactionId(UUID.randomUUID()));

        StampFact completed = book.complete(points, credit, at(NOON), DETAILS);

        assertThat(book.progress().pendingRewards()).isZero();
        assertThat(completed.changed())
                .returns(50L, event -> event.pointsAwarded())
                .returns(credit.transaction(), event -> event.transactionId())
                .returns(2L, event -> event.stampsBefore())
                .returns(0L, event -> event.stampsAfter())
                .returns("merit.stamp.stamp_card_completed", event -> event.type());
    }

    @Test
    void handsOutOneRewardAtATime() {
        StampTerms terms = Terms.taking(1);
        add(2, terms);

        var unused = book.redeem(terms, new StampRedemptionId(UUID.randomUUID()), at(NOON), DETAILS);

        assertThat(book.progress().pendingRewards()).isEqualTo(1);
        assertThat(book.progress().redeemedCount()).isEqualTo(1);
        unused = book.redeem(terms, new StampRedemptionId(UUID.randomUUID()), at(NOON), DETAILS);
        assertThatThrownBy(() -> book.redeem(terms, new StampRedemptionId(UUID.randomUUID()), at(NOON), DETAILS))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Breaks when a completed round takes the order reference too: an order gets its stamps once. */
    @Test
    void namesTheOrderOnceAndTheStaffAlways() {
        add(2, Terms.taking(2));

        assertThat(book.facts())
                .extracting(fact -> fact.details().orderReference())
                .containsExactly("order-1", null);
        assertThat(book.facts())
                .extracting(fact -> fact.details().attributedTo())
                .containsOnly("System");
    }

    @Test
    void refusesWhatTheRulesShouldHaveRefused() {
        assertThatThrownBy(() -> book.add(0, DAY, Terms.taking(2), at(NOON), DETAILS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> book.complete(Terms.taking(2), null, at(NOON), DETAILS))
                .isInstanceOf(IllegalStateException.class);
    }
}
