package dev.merit.ledger.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;

/** Names a club together with its tenant. */
public record ClubKey(PartnerId partner, ClubId club) {}
