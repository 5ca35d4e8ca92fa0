package dev.merit.points;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.Claim;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmFields;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.ListMemberClaims;
import dev.merit.contracts.points.PointsRequest.MemberClaim;
import dev.merit.contracts.points.PointsRequest.RejectClaim;
import dev.merit.contracts.points.PointsRequest.RejectFields;
import dev.merit.contracts.points.PointsRequest.WithdrawClaim;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What members and tills do with claims, and what is told of it. */
final class Claiming {
    private final Nodes nodes;
    private final PostgresFixture postgres;

    Claiming(Nodes nodes, PostgresFixture postgres) {
        this.nodes = nodes;
        this.postgres = postgres;
    }

    Future<Done<ClaimSubmitted>> claim(MemberId member, RewardId reward, @Nullable CardId card) {
        return claim(0, member, reward, card);
    }

    Future<Done<ClaimSubmitted>> claim(int node, MemberId member, RewardId reward, @Nullable CardId card) {
        return nodes.bus(node).command(new ClaimReward(member, reward, card, Nodes.origin(null)));
    }

    ClaimId claimed(MemberId member, RewardId reward) {
        return get(claim(member, reward, null)).body().claimId();
    }

    Future<Done<ConfirmedClaim>> confirm(int node, PartnerId partner, ClaimId claim, @Nullable Repeat repeat) {
        return nodes.bus(node)
                .command(new ConfirmClaim(partner, claim, new ConfirmFields(null, null), Nodes.origin(repeat)));
    }

    Future<Done<Claim>> reject(int node, PartnerId partner, ClaimId claim, @Nullable String reason) {
        return nodes.bus(node)
                .command(new RejectClaim(partner, claim, new RejectFields(reason, null), Nodes.origin(null)));
    }

    Future<Done<Deleted>> withdraw(int node, MemberId member, ClaimId claim) {
        return nodes.bus(node).command(new WithdrawClaim(member, claim, Origin.system("test")));
    }

    Future<Claim> find(PartnerId partner, ClaimId claim) {
        return nodes.bus(0)
                .ask(new ListClaims(partner, null, new Paging(1, 100, null)))
                .map(page -> page.items().stream()
                        .filter(each -> each.id().equals(claim))
                        .findFirst()
                        .orElseThrow());
    }

    List<Claim> list(PartnerId partner, @Nullable String status) {
        return get(nodes.bus(0).ask(new ListClaims(partner, status, new Paging(1, 100, null))))
                .items();
    }

    List<MemberClaim> listOfMember(MemberId member) {
        return get(nodes.bus(0).ask(new ListMemberClaims(member, new Paging(1, 100, null))))
                .items();
    }

    /** Time travel: the claim expired a moment ago, and nobody has written it. */
    void expire(ClaimId claim) {
        postgres.execute("UPDATE points.claim SET created_at = now() - interval '2 days',"
                + " expires_at = now() - interval '1 second' WHERE claim_id = '" + claim + "'");
    }

    /** What was told of a member's claims, in the order of the outbox: number and kind. */
    List<String> told(MemberId member) {
        return postgres.query("""
                SELECT e.sequence || ' ' || e.type
                  FROM platform.outbox o,
                       unnest(o.sequences, o.types, o.member_ids) WITH ORDINALITY
                           AS e (sequence, type, member_id, position)
                 WHERE o.topic = 'merit.claims' AND e.member_id = '%s'
                 ORDER BY o.id, e.position
                """.formatted(member));
    }

    long redemptions(MemberId member) {
        return postgres.count("SELECT count(*) FROM audit.v_ledger WHERE event = 'staff_redeemed_points_for_reward'"
                + " AND member_id = '" + member + "'");
    }
}
