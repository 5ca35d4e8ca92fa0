package dev.merit.ledger.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.platform.pg.Columns;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which club each card is of: an account is opened in it, and stays there for ever. Whoever makes a card says so with
 * {@link #set}; whoever moves one has to {@link #lock} it first, and then to see that nobody has an account on it.
 */
public final class CardClubStore {

    private record CardKey(PartnerId partner, CardId card) {
        static CardKey of(AccountKey account) {
            return new CardKey(account.partner(), account.card());
        }
    }

    private static final String PIN = """
            SELECT k.partner_id, k.card_id, c.club_id
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
             CROSS JOIN LATERAL (
                   SELECT club_id
                     FROM ledger.card_club
                    WHERE partner_id = k.partner_id AND card_id = k.card_id
                      FOR KEY SHARE) AS c
            """;

    /**
     * The clubs of these accounts' cards. Until the transaction ends no card can change its club: {@link #lock} waits
     * for it, and whoever called that then sees that the card has accounts. Unknown cards are left out.
     */
    Future<Map<AccountKey, ClubId>> pin(SqlClient tx, Set<AccountKey> accounts) {
        List<CardKey> cards = accounts.stream().map(CardKey::of).distinct().toList();
        Tuple columns = Columns.of(cards)
                .uuid(key -> key.partner().value())
                .uuid(key -> key.card().value())
                .tuple();
        return tx.preparedQuery(PIN).execute(columns).map(rows -> {
            var clubs = new HashMap<CardKey, ClubId>();
            rows.forEach(row -> clubs.put(
                    new CardKey(new PartnerId(row.getUUID("partner_id")), new CardId(row.getUUID("card_id"))),
                    new ClubId(row.getUUID("club_id"))));
            var found = new HashMap<AccountKey, ClubId>();
            for (AccountKey account : accounts) {
                ClubId club = clubs.get(CardKey.of(account));
                if (club != null) {
                    found.put(account, club);
                }
            }
            return found;
        });
    }

    private static final String LOCK = """
            SELECT 1 FROM ledger.card_club WHERE partner_id = $1 AND card_id = $2 FOR UPDATE
            """;

    /** Waits for bookings that pin the card's club, and makes later ones wait. */
    public Future<Void> lock(SqlClient tx, PartnerId partner, CardId card) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(partner.value(), card.value()))
                .mapEmpty();
    }

    private static final String SET = """
            INSERT INTO ledger.card_club AS c (partner_id, card_id, club_id)
            VALUES ($1, $2, $3)
            ON CONFLICT (partner_id, card_id) DO UPDATE SET club_id = excluded.club_id
            """;

    /** Says which club a card is of, in the transaction that makes or moves the card. */
    public Future<Void> set(SqlClient tx, PartnerId partner, CardId card, ClubId club) {
        return tx.preparedQuery(SET)
                .execute(Tuple.of(partner.value(), card.value(), club.value()))
                .mapEmpty();
    }
}
