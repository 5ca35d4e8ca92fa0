package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.Validity;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.CardStatus;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.RewardStore.RewardKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cards and rewards as members see them, of many partners at once. Which cards are a member's is known before: every
 * statement is given them and finds their rows by primary keys.
 */
public final class WalletStore {

    /** A card that is not deleted, as far as every member sees the same. */
    public record ShownCard(
            CardKey key,
            ClubId club,
            String uniqueIdentifier,
            String name,
            String title,
            @Nullable String description,
            String currency,
            @Nullable String bgColor,
            @Nullable String textColor,
            @Nullable String logoUrl,
            long rewards,
            Validity validity,
            CardStatus status) {}

    private static final String LIST_CARDS = """
            SELECT c.partner_id, c.card_id, c.club_id, c.unique_identifier, c.name, coalesce(c.title, c.name) AS shown_title,
                   c.description, c.currency, c.bg_color, c.text_color, c.logo_url, c.valid_from, c.valid_until,
                   c.is_active, statement_timestamp() AS read_at,
                   (SELECT count(*)
                      FROM points.reward_card rc
                      JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
                      JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
                     WHERE rc.partner_id = c.partner_id AND rc.card_id = c.card_id
                       AND r.deleted_at IS NULL AND r.is_active
                       AND (r.valid_from IS NULL OR r.valid_from <= statement_timestamp())
                       AND (r.valid_until IS NULL OR r.valid_until >= statement_timestamp())
                       AND (r.max_redemptions_total IS NULL OR n.times_redeemed < r.max_redemptions_total)) AS rewards
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
             CROSS JOIN LATERAL (
                   SELECT partner_id, card_id, club_id, unique_identifier, name, title, description, currency, bg_color,
                          text_color, logo_url, valid_from, valid_until, is_active
                     FROM points.card
                    WHERE partner_id = k.partner_id AND card_id = k.card_id AND deleted_at IS NULL
                   OFFSET 0) AS c
             ORDER BY c.card_id DESC
             LIMIT $3 OFFSET $4
            """;

    /** A page of those of the cards that are not deleted, newest first. */
    public Future<List<ShownCard>> listCards(SqlClient client, Collection<CardKey> cards, Paging paging) {
        return client.preparedQuery(LIST_CARDS)
                .execute(cardColumns(cards).tuple().addInteger(paging.perPage()).addLong(paging.offset()))
                .map(rows -> rows.stream().map(WalletStore::shown).toList());
    }

    private static final String COUNT_CARDS = """
            SELECT count(*) AS cards
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
             CROSS JOIN LATERAL (
                   SELECT 1
                     FROM points.card
                    WHERE partner_id = k.partner_id AND card_id = k.card_id AND deleted_at IS NULL
                   OFFSET 0) AS c
            """;

    /** How many of the cards are not deleted. */
    public Future<Long> countCards(SqlClient client, Collection<CardKey> cards) {
        return client.preparedQuery(COUNT_CARDS)
                .execute(cardColumns(cards).tuple())
                .map(rows -> rows.iterator().next().getLong("cards"));
    }

    /** A reward that can be taken now, and the member's cards that it can be taken with, best balance first. */
    public record ShownReward(
            RewardId id,
            String title,
            @Nullable String description,
            @Nullable String imageUrl,
            long pointsRequired,
            List<With> cards) {}

    /** One of a member's cards. */
    public record With(CardId card, String title, long balance) {}

    private static final String LIST_REWARDS = """
            SELECT r.reward_id, coalesce(r.title, r.name) AS shown_title, r.description, r.image_url, r.points_required,
                   o.card_ids, o.card_titles, o.balances
              FROM (SELECT rc.partner_id, rc.reward_id,
                           array_agg(c.card_id ORDER BY k.balance DESC, c.card_id) AS card_ids,
                           array_agg(c.shown_title ORDER BY k.balance DESC, c.card_id) AS card_titles,
                           array_agg(k.balance ORDER BY k.balance DESC, c.card_id) AS balances
                      FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS k (partner_id, card_id, balance)
                     CROSS JOIN LATERAL (
                           SELECT partner_id, card_id, coalesce(title, name) AS shown_title
                             FROM points.card
                            WHERE partner_id = k.partner_id AND card_id = k.card_id AND deleted_at IS NULL AND is_active
                              AND (valid_from IS NULL OR valid_from <= statement_timestamp())
                              AND (valid_until IS NULL OR valid_until >= statement_timestamp())
                           OFFSET 0) AS c
                      JOIN points.reward_card rc ON rc.partner_id = c.partner_id AND rc.card_id = c.card_id
                     GROUP BY rc.partner_id, rc.reward_id) AS o
              JOIN points.reward r ON r.partner_id = o.partner_id AND r.reward_id = o.reward_id
              JOIN points.reward_counter n ON n.partner_id = o.partner_id AND n.reward_id = o.reward_id
             WHERE r.deleted_at IS NULL AND r.is_active
               AND (r.valid_from IS NULL OR r.valid_from <= statement_timestamp())
               AND (r.valid_until IS NULL OR r.valid_until >= statement_timestamp())
               AND (r.max_redemptions_total IS NULL OR n.times_redeemed < r.max_redemptions_total)
             ORDER BY r.reward_id DESC
             LIMIT $4 OFFSET $5
            """;

    /**
     * A page of the rewards that can be taken with these cards now, newest first.
     *
     * @param balances what the member may spend on each card
     */
    public Future<List<ShownReward>> listRewards(SqlClient client, Map<CardKey, Long> balances, Paging paging) {
        return client.preparedQuery(LIST_REWARDS)
                .execute(cardColumns(balances.keySet(), balances::get)
                        .addInteger(paging.perPage())
                        .addLong(paging.offset()))
                .map(rows -> rows.stream().map(WalletStore::reward).toList());
    }

    private static final String COUNT_REWARDS = """
            SELECT count(DISTINCT (r.partner_id, r.reward_id)) AS rewards
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
             CROSS JOIN LATERAL (
                   SELECT partner_id, card_id
                     FROM points.card
                    WHERE partner_id = k.partner_id AND card_id = k.card_id AND deleted_at IS NULL AND is_active
                      AND (valid_from IS NULL OR valid_from <= statement_timestamp())
                      AND (valid_until IS NULL OR valid_until >= statement_timestamp())
                   OFFSET 0) AS c
              JOIN points.reward_card rc ON rc.partner_id = c.partner_id AND rc.card_id = c.card_id
              JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
              JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
             WHERE r.deleted_at IS NULL AND r.is_active
               AND (r.valid_from IS NULL OR r.valid_from <= statement_timestamp())
               AND (r.valid_until IS NULL OR r.valid_until >= statement_timestamp())
               AND (r.max_redemptions_total IS NULL OR n.times_redeemed < r.max_redemptions_total)
            """;

    /** How many rewards can be taken with these cards now. */
    public Future<Long> countRewards(SqlClient client, Collection<CardKey> cards) {
        return client.preparedQuery(COUNT_REWARDS)
                .execute(cardColumns(cards).tuple())
                .map(rows -> rows.iterator().next().getLong("rewards"));
    }

    private static final String CARD_TITLES = """
            SELECT c.partner_id, c.card_id, coalesce(c.title, c.name) AS shown_title
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
              JOIN points.card c ON c.partner_id = k.partner_id AND c.card_id = k.card_id
            """;

    /** What cards are called, also deleted ones. */
    public Future<Map<CardKey, String>> findCardTitles(SqlClient client, Set<CardKey> cards) {
        return client.preparedQuery(CARD_TITLES)
                .execute(cardColumns(cards).tuple())
                .map(rows -> {
                    var titles = new HashMap<CardKey, String>();
                    rows.forEach(row -> titles.put(cardKey(row), row.getString("shown_title")));
                    return titles;
                });
    }

    private static final String REWARD_TITLES = """
            SELECT r.partner_id, r.reward_id, coalesce(r.title, r.name) AS shown_title
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, reward_id)
              JOIN points.reward r ON r.partner_id = k.partner_id AND r.reward_id = k.reward_id
            """;

    /** What rewards are called, also deleted ones. */
    public Future<Map<RewardKey, String>> findRewardTitles(SqlClient client, Set<RewardKey> rewards) {
        if (rewards.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        Tuple columns = Columns.of(List.copyOf(rewards))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.reward().value())
                .tuple();
        return client.preparedQuery(REWARD_TITLES).execute(columns).map(rows -> {
            var titles = new HashMap<RewardKey, String>();
            rows.forEach(row -> titles.put(
                    new RewardKey(new PartnerId(row.getUUID("partner_id")), new RewardId(row.getUUID("reward_id"))),
                    row.getString("shown_title")));
            return titles;
        });
    }

    private static Columns<CardKey> cardColumns(Collection<CardKey> cards) {
        return Columns.of(List.copyOf(cards)).uuid(key -> key.partner().value()).uuid(key -> key.card()
                .value());
    }

    private static Tuple cardColumns(Collection<CardKey> cards, ToLongFunction<CardKey> number) {
        return cardColumns(cards).number(number).tuple();
    }

    private static CardKey cardKey(Row row) {
        return new CardKey(new PartnerId(row.getUUID("partner_id")), new CardId(row.getUUID("card_id")));
    }

    private static ShownCard shown(Row row) {
        var validity = new Validity(Times.instant(row, "valid_from"), Times.instant(row, "valid_until"));
        return new ShownCard(
                cardKey(row),
                new ClubId(row.getUUID("club_id")),
                row.getString("unique_identifier"),
                row.getString("name"),
                row.getString("shown_title"),
                row.getString("description"),
                row.getString("currency"),
                row.getString("bg_color"),
                row.getString("text_color"),
                row.getString("logo_url"),
                row.getLong("rewards"),
                validity,
                CardStatus.of(row.getBoolean("is_active"), validity, Times.required(row, "read_at")));
    }

    private static ShownReward reward(Row row) {
        UUID[] cards = row.getArrayOfUUIDs("card_ids");
        String[] titles = row.getArrayOfStrings("card_titles");
        Long[] balances = row.getArrayOfLongs("balances");
        var with = new ArrayList<With>();
        for (int i = 0; i < cards.length; i++) {
            with.add(new With(new CardId(cards[i]), titles[i], balances[i]));
        }
        return new ShownReward(
                new RewardId(row.getUUID("reward_id")),
                row.getString("shown_title"),
                row.getString("description"),
                row.getString("image_url"),
                row.getLong("points_required"),
                List.copyOf(with));
    }
}
