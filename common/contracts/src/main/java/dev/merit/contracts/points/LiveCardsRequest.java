package dev.merit.contracts.points;

import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Request;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loyalty cards as anybody may find them, of whichever partner. Only live ones are told of: active, not deleted, begun
 * and not over. Whether the partner is active, {@code keys} knows.
 */
public sealed interface LiveCardsRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("points.live", Duration.ofSeconds(3));

    /** How many a list holds; what is older is left out. */
    int LISTED_MAX = 100;

    @Override
    default Address address() {
        return ADDRESS;
    }

    /**
     * Lists the cards that these partners show to everybody, newest first, {@value #LISTED_MAX} at most.
     *
     * @param member whose side of each card is told; null for a stranger
     */
    record ListLiveCards(List<PartnerId> partners, @Nullable MemberId member) implements LiveCardsRequest<LiveCards> {
        public ListLiveCards {
            partners = List.copyOf(partners);
        }
    }

    /** Finds a card, whether or not it is shown to everybody; else NOT_FOUND. */
    record FindLiveCard(CardId card, @Nullable MemberId member) implements LiveCardsRequest<LiveCard> {}

    /** Finds a card by the number under its bar code, in groups of three; else NOT_FOUND. */
    record FindLiveCardByNumber(
            String uniqueIdentifier, @Nullable MemberId member) implements LiveCardsRequest<LiveCard> {}

    /**
     * A card and the member's side of it.
     *
     * @param isFollowing whether it is one of the member's cards; false for a stranger
     * @param balance what the member may spend right now; 0 for a stranger
     * @param rewardsCount rewards that can be taken with it right now
     */
    record LiveCard(
            PartnerId partnerId,
            CardId id,
            String name,
            String title,
            @Nullable String description,
            String currency,
            long pointsPerCurrency,
            BigDecimal currencyUnitAmount,
            long initialBonusPoints,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor,
            boolean isFollowing,
            long balance,
            long rewardsCount) {}

    record LiveCards(List<LiveCard> items) {}
}
