package dev.merit.points.app;

import dev.merit.contracts.event.LoyaltyEvent.ClaimChanged;
import dev.merit.contracts.points.PointsRequest.Claim;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.MemberClaim;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.platform.Uuids;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.ClaimStatus;
import java.time.Instant;

/** How a claim looks to the outside: to its member, to the partner, and as an event. */
final class ClaimView {
    private static final String SUBMITTED = "claim_submitted";

    private ClaimView() {}

    static ClaimSubmitted submitted(ClaimState claim, long balance) {
        return new ClaimSubmitted(
                SUBMITTED,
                claim.reward(),
                claim.titles().reward(),
                claim.pointsRequired(),
                claim.card(),
                claim.titles().card(),
                balance,
                "Your claim is waiting for staff to confirm it. No points are taken before that.",
                claim.id(),
                claim.expiresAt());
    }

    static Claim claim(ClaimState claim) {
        return new Claim(
                claim.id(),
                claim.status().word(),
                claim.member(),
                claim.card(),
                claim.titles().card(),
                claim.reward(),
                claim.titles().reward(),
                claim.pointsRequired(),
                claim.outcome().reason(),
                claim.outcome().staff(),
                claim.outcome().transaction(),
                claim.createdAt(),
                claim.expiresAt(),
                claim.decidedAt());
    }

    static MemberClaim memberClaim(ClaimState claim) {
        return new MemberClaim(
                claim.id(),
                claim.status().word(),
                claim.reward(),
                claim.titles().reward(),
                claim.pointsRequired(),
                claim.card(),
                claim.titles().card(),
                claim.outcome().reason(),
                claim.outcome().transaction(),
                claim.createdAt(),
                claim.expiresAt(),
                claim.decidedAt());
    }

    static ConfirmedClaim confirmed(ClaimState claim, Redeemed transaction) {
        return new ConfirmedClaim(
                claim.id(),
                claim.status().word(),
                claim.member(),
                claim.card(),
                claim.titles().card(),
                claim.reward(),
                claim.titles().reward(),
                claim.pointsRequired(),
                claim.outcome().reason(),
                claim.outcome().staff(),
                claim.outcome().transaction(),
                claim.createdAt(),
                claim.expiresAt(),
                claim.decidedAt(),
                transaction);
    }

    /** What was just written of a claim. An expiry is told when it is written, which is after it happened. */
    static ClaimChanged event(ClaimState claim, String requestId) {
        ClaimStatus status = claim.outcome().status();
        Instant at = claim.readAt();
        return new ClaimChanged(
                Uuids.next(),
                claim.id(),
                claim.partner(),
                claim.club(),
                claim.card(),
                claim.member(),
                claim.reward(),
                status == ClaimStatus.PENDING ? SUBMITTED : "claim_" + status.word(),
                status.word(),
                claim.pointsRequired(),
                claim.expiresAt(),
                claim.outcome().staff(),
                claim.outcome().transaction(),
                at,
                requestId);
    }
}
