package dev.merit.contracts.points;

import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Command;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Request;
import java.time.Duration;

/**
 * What a member asks of its own points, over all partners: the cards it collects on, and what it has on them. Nothing here
 * names a club: clubs are how partners order their cards, and no concern of members.
 *
 * @param <R> the reply
 */
public sealed interface WalletRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("wallet", Duration.ofSeconds(3));

    @Override
    default Address address() {
        return ADDRESS;
    }

    /** Puts a card into the member's collection, where it may be already. NOT_FOUND on {@code card_id}. */
    record FollowCard(MemberId member, CardId card, Origin origin)
            implements WalletRequest<CardFollowing>, Command<CardFollowing> {}

    /**
     * Takes a card out of the member's collection, until it earns on it again or follows it. Balance and history stay.
     * NOT_FOUND on {@code card_id}.
     */
    record UnfollowCard(MemberId member, CardId card, Origin origin)
            implements WalletRequest<CardFollowing>, Command<CardFollowing> {}

    /** Whether the card is in the member's collection now. */
    record CardFollowing(CardId cardId, boolean isFollowing) {}
}
