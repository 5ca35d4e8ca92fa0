package dev.merit.ledger.domain;

import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import java.time.Instant;
import java.util.UUID;

/** A partner's first contact with a member. */
public record Enrolment(Membership membership, Instant at, String requestId) {

    public MemberEnrolled event(UUID id) {
        return new MemberEnrolled(id, membership.partner(), membership.member(), MemberEnrolled.EVENT, at, requestId);
    }
}
