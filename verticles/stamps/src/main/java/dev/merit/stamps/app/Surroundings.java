package dev.merit.stamps.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.stamps.app.RewardCards.RewardCard;
import dev.merit.stamps.domain.StampTerms;
import java.time.ZoneId;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What other domains know of a stamp card, asked before its stamps are queued: messages are not part of a transaction.
 *
 * @param zone by whose calendar the club counts days
 * @param rewardCardId the loyalty card that gets the points of a full card; null for none
 * @param rewardCard that card; empty when it is deleted or of another club
 */
record Surroundings(ClubId club, ZoneId zone, @Nullable CardId rewardCardId, Optional<RewardCard> rewardCard) {

    /** Whether they still belong to the stamp card, which may have changed meanwhile. */
    boolean fit(StampTerms terms) {
        StampTerms.Points points = terms.points();
        return club.equals(terms.club()) && Objects.equals(rewardCardId, points == null ? null : points.card());
    }
}
