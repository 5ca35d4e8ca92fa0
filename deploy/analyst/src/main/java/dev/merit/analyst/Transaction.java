package dev.merit.analyst;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.merit.analyst.domain.AccountKey;
import dev.merit.analyst.domain.Booked;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is read of an event on {@code merit.transactions}; fields that come later are ignored, as the document asks for. */
@JsonIgnoreProperties(ignoreUnknown = true)
record Transaction(
        UUID id,
        UUID partnerId,
        UUID memberId,
        UUID cardId,
        long accountSequence,
        String event,
        long points,
        long balanceAfter,
        @Nullable Instant pointsExpireAt,
        @Nullable UUID reverses,
        Instant createdAt) {

    Transaction {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(partnerId, "partner_id");
        Objects.requireNonNull(memberId, "member_id");
        Objects.requireNonNull(cardId, "card_id");
        Objects.requireNonNull(event, "event");
        Objects.requireNonNull(createdAt, "created_at");
        if (accountSequence < 1) {
            throw new IllegalArgumentException("account_sequence");
        }
    }

    Booked booked() {
        return new Booked(
                id,
                new AccountKey(partnerId, memberId, cardId),
                accountSequence,
                event,
                points,
                balanceAfter,
                pointsExpireAt,
                reverses,
                createdAt);
    }
}
