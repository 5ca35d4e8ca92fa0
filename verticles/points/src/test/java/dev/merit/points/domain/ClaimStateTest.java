package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TransactionId;
import dev.merit.points.domain.ClaimState.Outcome;
import dev.merit.points.domain.ClaimState.Titles;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimStateTest {
    private static final Instant CREATED = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant EXPIRES = CREATED.plusSeconds(3_600);

    @Test
    void isPendingUntilTheMomentInWhichItExpires() {
        assertThat(readAt(EXPIRES.minusNanos(1_000)).status()).isEqualTo(ClaimStatus.PENDING);
        assertThat(readAt(EXPIRES.minusNanos(1_000)).refuse()).isEmpty();
        assertThat(readAt(EXPIRES.minusNanos(1_000)).decidedAt()).isNull();

        ClaimState expired = readAt(EXPIRES);

        assertThat(expired.status()).isEqualTo(ClaimStatus.EXPIRED);
        assertThat(expired.isLapsed()).isTrue();
        assertThat(expired.decidedAt()).isEqualTo(EXPIRES);
        assertThat(expired.refuse()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(Problem.Code.CLAIM_NOT_PENDING);
            assertThat(problem.details()).containsEntry("status", "expired");
        });
    }

    // A claim that changed when the sweep came by would answer two readers differently.
    @Test
    void looksTheSameOnceItsExpiryIsWritten() {
        ClaimState lapsed = readAt(EXPIRES.plusSeconds(60));

        ClaimState written = lapsed.expired();

        assertThat(written.isLapsed()).isFalse();
        assertThat(written.status()).isEqualTo(lapsed.status());
        assertThat(written.decidedAt()).isEqualTo(lapsed.decidedAt());
    }

    @Test
    void doesNotExpireOnceItIsDecided() {
        var staff = new StaffId(UUID.randomUUID());
        var transaction = new TransactionId(UUID.randomUUID());
        ClaimState confirmed = readAt(CREATED.plusSeconds(60)).confirmed(transaction, staff);

        ClaimState later = new ClaimState(
                confirmed.id(),
                confirmed.partner(),
                confirmed.member(),
                confirmed.club(),
                confirmed.card(),
                confirmed.reward(),
                confirmed.titles(),
                confirmed.pointsRequired(),
                confirmed.outcome(),
                confirmed.createdAt(),
                confirmed.expiresAt(),
                EXPIRES.plusSeconds(60));

        assertThat(later.status()).isEqualTo(ClaimStatus.CONFIRMED);
        assertThat(later.decidedAt()).isEqualTo(CREATED.plusSeconds(60));
        assertThat(later.outcome())
                .isEqualTo(new Outcome(ClaimStatus.CONFIRMED, null, staff, transaction, CREATED.plusSeconds(60)));
        assertThat(later.refuse()).isPresent();
    }

    @Test
    void readsTheWordsThatItWrites() {
        for (ClaimStatus status : ClaimStatus.values()) {
            assertThat(ClaimStatus.of(status.word())).isEqualTo(status);
        }
    }

    private static ClaimState readAt(Instant readAt) {
        return new ClaimState(
                new ClaimId(UUID.randomUUID()),
                new PartnerId(UUID.randomUUID()),
                new MemberId(UUID.randomUUID()),
                new ClubId(UUID.randomUUID()),
                new CardId(UUID.randomUUID()),
                new RewardId(UUID.randomUUID()),
                new Titles("Card", "Coffee"),
                100,
                Outcome.PENDING,
                CREATED,
                EXPIRES,
                readAt);
    }
}
