package dev.merit.points;

import static dev.merit.testing.Eventually.get;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.testing.PostgresFixture;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/** A club with tiers, and what its members' events say. */
record Tiered(Nodes nodes, PartnerId partner, ClubId club) {

    static Tiered club(Nodes nodes) {
        return new Tiered(nodes, Nodes.partner(), new ClubId(UUID.randomUUID()));
    }

    @CanIgnoreReturnValue
    Tier tier(String name, long threshold, String multiplier) {
        return get(nodes.bus(0).command(create(name, threshold, multiplier))).body();
    }

    CreateTier create(String name, long threshold, String multiplier) {
        return new CreateTier(partner, fields(name, threshold, multiplier), Nodes.origin(null));
    }

    TierFields fields(String name, long threshold, String multiplier) {
        return new TierFields(
                club, name, null, null, threshold, new BigDecimal(multiplier), null, null, List.of(), true);
    }

    /** A plain card of this club. */
    CardId card() {
        return nodes.card(partner, in(club, Nodes.plainCard()));
    }

    static CardFields in(ClubId club, CardFields card) {
        return new CardFields(
                club,
                card.name(),
                card.title(),
                card.description(),
                card.currency(),
                card.pointsPerCurrency(),
                card.currencyUnitAmount(),
                card.minPurchaseAmount(),
                card.maxPointsPerPurchase(),
                card.initialBonusPoints(),
                card.pointsExpireMonths(),
                card.validFrom(),
                card.validUntil(),
                card.bgColor(),
                card.textColor(),
                card.logoUrl(),
                card.isActive(),
                card.isVisibleByDefault());
    }

    /**
     * The names of the tiers that the member's events tell of with this partner, each with the points that led there.
     */
    List<String> told(PostgresFixture postgres, MemberId member) {
        return postgres.query("""
                SELECT concat_ws(' ', coalesce(b.name, '-'), coalesce(a.name, '-'), p ->> 'lifetime_points')
                  FROM (SELECT e.payload::jsonb AS p, e.sequence
                          FROM platform.outbox o, unnest(o.payloads, o.sequences) AS e (payload, sequence)
                         WHERE o.topic = 'merit.members') AS e
                  LEFT JOIN ledger.tier a ON a.tier_id = (p ->> 'tier_id')::uuid
                  LEFT JOIN ledger.tier b ON b.tier_id = (p ->> 'previous_tier_id')::uuid
                 WHERE p ->> 'event' = 'member_tier_changed' AND p ->> 'member_id' = '%s' AND p ->> 'partner_id' = '%s'
                 ORDER BY e.sequence
                """.formatted(member, partner));
    }

    /** How often the member's events tell that it was enrolled with this partner. */
    long enrolled(PostgresFixture postgres, MemberId member) {
        return postgres.count("""
                SELECT count(*)
                  FROM platform.outbox o, unnest(o.payloads) AS e (payload)
                 WHERE o.topic = 'merit.members' AND e.payload::jsonb ->> 'event' = 'member_enrolled'
                   AND e.payload::jsonb ->> 'member_id' = '%s' AND e.payload::jsonb ->> 'partner_id' = '%s'
                """.formatted(member, partner));
    }
}
