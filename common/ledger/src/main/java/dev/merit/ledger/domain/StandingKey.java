package dev.merit.ledger.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;

/** Names a standing: one member in one club of one partner. */
public record StandingKey(PartnerId partner, MemberId member, ClubId club) {

    public ClubKey clubKey() {
        return new ClubKey(partner, club);
    }
}
