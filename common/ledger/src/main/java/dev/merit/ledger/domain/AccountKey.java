package dev.merit.ledger.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;

/** Names an account: one member's points on one card of one partner. */
public record AccountKey(PartnerId partner, MemberId member, CardId card) {

    public Membership membership() {
        return new Membership(partner, member);
    }
}
