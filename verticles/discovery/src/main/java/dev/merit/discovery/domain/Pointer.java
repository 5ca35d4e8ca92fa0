package dev.merit.discovery.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import java.util.UUID;

/** What a link or a number points at; whether that is there is another matter. */
public sealed interface Pointer {

    record ToCard(CardId card) implements Pointer {}

    record ToStampCard(StampCardId stampCard) implements Pointer {}

    record ToVoucher(VoucherId voucher) implements Pointer {}

    /** An id without a word what of. */
    record ToAnything(UUID id) implements Pointer {}

    /** The number under a card's bar code, in groups of three. */
    record ToNumber(String uniqueIdentifier) implements Pointer {}
}
