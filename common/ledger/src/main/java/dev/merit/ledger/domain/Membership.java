package dev.merit.ledger.domain;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;

/** One member of one partner. */
public record Membership(PartnerId partner, MemberId member) {}
