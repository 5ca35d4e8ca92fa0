package dev.merit.points.app;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.ledger.store.CardClubStore;
import dev.merit.platform.pg.Database;
import dev.merit.points.store.CardStore;
import java.math.BigDecimal;
import java.util.UUID;

/** A card of a point for each euro. */
final class PlainCard {
    private PlainCard() {}

    static void insert(Database database, PartnerId partner, CardId card) {
        CardFields fields = new CardFields(
                new ClubId(UUID.randomUUID()),
                "Card",
                null,
                null,
                "EUR",
                1,
                BigDecimal.ONE,
                null,
                null,
                0,
                12,
                null,
                null,
                null,
                null,
                null,
                true,
                false);
        get(database.transaction(tx -> new CardStore()
                .insert(tx, partner, card, card.toString(), fields)
                .compose(made -> new CardClubStore().set(tx, partner, card, fields.clubId()))));
    }
}
