package dev.merit.points.app;

import dev.merit.contracts.Problem;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.people.domain.Attribution;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.store.ClaimStore.ClaimKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Confirms the claims of one batch: the redemption comes first, and a claim whose reward cannot be taken stays pending.
 */
final class ClaimDesk {
    private final Map<ClaimKey, ClaimState> claims;
    private final List<ClaimState> confirmed = new ArrayList<>();
    private final List<LoyaltyEvent> events = new ArrayList<>();

    /**
     * Opens the desk.
     *
     * @param locked the claims of the batch as they are under their locks
     */
    ClaimDesk(Map<ClaimKey, ClaimState> locked) {
        this.claims = new HashMap<>(locked);
    }

    /** The booking that confirms a claim: its own card, reward and price, whoever confirms it. */
    static Booking.Confirm booking(ConfirmClaim request, ClaimState claim, MemberRef member, Attribution by) {
        var fields = new RedeemFields(
                claim.card(),
                claim.reward(),
                claim.member().toString(),
                request.fields().staffId(),
                request.fields().note(),
                null);
        var redeem = new Redeem(request.partner(), fields, request.origin());
        return new Booking.Confirm(request, new Booking.Take(redeem, member, by, claim.pointsRequired()));
    }

    /** Redeems once for each claim, whoever asks and however often. */
    ConfirmedClaim confirm(Booking.Confirm booking, Supplier<Redeemed> redeem) {
        ClaimState claim = claims.get(booking.claim());
        if (claim == null) {
            throw Problem.notFound().asException();
        }
        Attribution by = booking.take().by();
        refuse(by.refuse(claim.club()));
        refuse(claim.refuse());
        Redeemed redeemed = redeem.get();
        ClaimState done = claim.confirmed(redeemed.transactionId(), by.staffId());
        claims.put(booking.claim(), done);
        confirmed.add(done);
        events.add(ClaimView.event(done, booking.origin().requestId()));
        return ClaimView.confirmed(done, redeemed);
    }

    List<ClaimState> confirmed() {
        return confirmed;
    }

    List<LoyaltyEvent> events() {
        return events;
    }

    private static void refuse(Optional<Problem> problem) {
        if (problem.isPresent()) {
            throw problem.get().asException();
        }
    }
}
