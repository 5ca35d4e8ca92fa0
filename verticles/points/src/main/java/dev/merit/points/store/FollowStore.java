package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.points.domain.Follow;
import dev.merit.points.store.CardStore.CardKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What members said of cards: that they follow them, or no longer want to see them. */
public final class FollowStore {

    private static final String FIND_CARD = """
            SELECT partner_id
              FROM points.card
             WHERE card_id = $1 AND deleted_at IS NULL
            """;

    /** Whose card it is: members know cards by nothing but their ids. Empty for a deleted one. */
    public Future<Optional<CardKey>> findCard(SqlClient client, CardId card) {
        return client.preparedQuery(FIND_CARD).execute(Tuple.of(card.value())).map(rows -> rows.stream()
                .findFirst()
                .map(row -> new CardKey(new PartnerId(row.getUUID("partner_id")), card)));
    }

    private static final String FIND_LIVE_CARD = """
            SELECT partner_id
              FROM points.card
             WHERE card_id = $1 AND deleted_at IS NULL AND is_active
               AND (valid_from IS NULL OR valid_from <= now()) AND (valid_until IS NULL OR valid_until > now())
            """;

    /** The same for a card that is switched on, has begun and is not over. */
    public Future<Optional<CardKey>> findLiveCard(SqlClient client, CardId card) {
        return client.preparedQuery(FIND_LIVE_CARD)
                .execute(Tuple.of(card.value()))
                .map(rows -> rows.stream()
                        .findFirst()
                        .map(row -> new CardKey(new PartnerId(row.getUUID("partner_id")), card)));
    }

    private static final String SET_FOLLOWED = """
            INSERT INTO points.follow AS f (member_id, partner_id, card_id, following, seen_sequence, changed_at)
            VALUES ($1, $2, $3, true, 0, now())
                ON CONFLICT (member_id, partner_id, card_id)
                DO UPDATE SET following = true, changed_at = now() WHERE NOT f.following
            """;

    /** The member follows the card from now on; one that it follows already stays as it is. */
    public Future<Void> setFollowed(SqlClient tx, MemberId member, CardKey card) {
        return tx.preparedQuery(SET_FOLLOWED).execute(keyTuple(member, card)).mapEmpty();
    }

    private static final String SET_UNFOLLOWED = """
            INSERT INTO points.follow AS f (member_id, partner_id, card_id, following, seen_sequence, changed_at)
            VALUES ($1, $2, $3, false, $4, now())
                ON CONFLICT (member_id, partner_id, card_id)
                DO UPDATE SET following = false, seen_sequence = excluded.seen_sequence, changed_at = now()
                 WHERE f.following OR f.seen_sequence < excluded.seen_sequence
            """;

    /**
     * The member does not want to see the card before it earns on it again.
     *
     * @param seen the number of its account's last entry
     */
    public Future<Void> setUnfollowed(SqlClient tx, MemberId member, CardKey card, long seen) {
        return tx.preparedQuery(SET_UNFOLLOWED)
                .execute(keyTuple(member, card).addLong(seen))
                .mapEmpty();
    }

    private static final String END = """
            UPDATE points.follow
               SET following = false, changed_at = now()
             WHERE member_id = $1 AND partner_id = $2 AND card_id = $3 AND following
            """;

    /** Ends what was followed without anything earned; of a card that the member never had nothing is written. */
    public Future<Void> setEnded(SqlClient tx, MemberId member, CardKey card) {
        return tx.preparedQuery(END).execute(keyTuple(member, card)).mapEmpty();
    }

    private static final String FIND = """
            SELECT following, seen_sequence
              FROM points.follow
             WHERE member_id = $1 AND partner_id = $2 AND card_id = $3
            """;

    /** What the member said of a card; empty where it never said anything. */
    public Future<Optional<Follow>> find(SqlClient client, MemberId member, CardKey card) {
        return client.preparedQuery(FIND)
                .execute(keyTuple(member, card))
                .map(rows -> rows.stream().findFirst().map(FollowStore::follow));
    }

    private static final String IS_KNOWN = """
            SELECT 1 FROM points.follow WHERE member_id = $1 AND card_id = $2
            """;

    /** Whether the member ever said anything of a card, which may be deleted. */
    public Future<Boolean> isKnown(SqlClient client, MemberId member, CardId card) {
        return client.preparedQuery(IS_KNOWN)
                .execute(Tuple.of(member.value(), card.value()))
                .map(rows -> rows.size() > 0);
    }

    private static final String LIST_FOLLOWED = """
            SELECT card_id
              FROM points.follow
             WHERE member_id = $1 AND partner_id = $2 AND card_id = ANY ($3) AND following
            """;

    /** Those of these cards of a partner that the member follows. */
    public Future<Set<CardId>> listFollowed(
            SqlClient client, MemberId member, PartnerId partner, Collection<CardId> cards) {
        UUID[] ids = cards.stream().map(CardId::value).toArray(UUID[]::new);
        return client.preparedQuery(LIST_FOLLOWED)
                .execute(Tuple.of(member.value(), partner.value(), ids))
                .map(rows -> rows.stream()
                        .map(row -> new CardId(row.getUUID("card_id")))
                        .collect(Collectors.toSet()));
    }

    private static final String LIST_OF_MEMBER = """
            SELECT partner_id, card_id, following, seen_sequence
              FROM points.follow
             WHERE member_id = $1
             ORDER BY partner_id, card_id
             LIMIT $2
            """;

    /** All that the member said, up to a limit. */
    public Future<Map<AccountKey, Follow>> listOfMember(SqlClient client, MemberId member, int limit) {
        return client.preparedQuery(LIST_OF_MEMBER)
                .execute(Tuple.of(member.value(), limit))
                .map(rows -> {
                    var follows = new HashMap<AccountKey, Follow>();
                    rows.forEach(row -> follows.put(
                            new AccountKey(
                                    new PartnerId(row.getUUID("partner_id")),
                                    member,
                                    new CardId(row.getUUID("card_id"))),
                            follow(row)));
                    return follows;
                });
    }

    private static Follow follow(Row row) {
        return new Follow(row.getBoolean("following"), row.getLong("seen_sequence"));
    }

    private static Tuple keyTuple(MemberId member, CardKey card) {
        return Tuple.of(member.value(), card.partner().value(), card.card().value());
    }
}
