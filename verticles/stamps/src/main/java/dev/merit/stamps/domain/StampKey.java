package dev.merit.stamps.domain;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;

/** Names a member's stamps on one stamp card of one partner. */
public record StampKey(PartnerId partner, MemberId member, StampCardId stampCard) {}
