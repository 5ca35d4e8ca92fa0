package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.Follow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Live cards of any partner, with what one member said of them. */
public final class LiveCardStore {

    /**
     * A live card as a stranger sees it.
     *
     * @param follow what the member said of it last; null when it said nothing
     */
    public record Found(LiveCard card, @Nullable Follow follow) {

        /** The same card with the member's side. */
        public LiveCard seenBy(boolean isFollowing, long balance) {
            return new LiveCard(
                    card.partnerId(),
                    card.id(),
                    card.name(),
                    card.title(),
                    card.description(),
                    card.currency(),
                    card.pointsPerCurrency(),
                    card.currencyUnitAmount(),
                    card.initialBonusPoints(),
                    card.validUntil(),
                    card.bgColor(),
                    card.textColor(),
                    isFollowing,
                    balance,
                    card.rewardsCount());
        }
    }

    private static final String LIST = """
            SELECT c.partner_id, c.card_id, c.name, coalesce(c.title, c.name) AS title, c.description, c.currency,
                   c.points_per_currency, c.currency_unit_amount, c.initial_bonus_points, c.valid_until, c.bg_color,
                   c.text_color,
                   (SELECT count(*)
                      FROM points.reward_card rc
                      JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
                      JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
                     WHERE rc.partner_id = c.partner_id AND rc.card_id = c.card_id
                       AND r.is_active AND r.deleted_at IS NULL
                       AND (r.max_redemptions_total IS NULL OR n.times_redeemed < r.max_redemptions_total)
                       AND (r.valid_from IS NULL OR r.valid_from <= statement_timestamp())
                       AND (r.valid_until IS NULL OR r.valid_until >= statement_timestamp())) AS rewards,
                   f.following, f.seen_sequence
              FROM points.card c
              LEFT JOIN points.follow f
                     ON f.member_id = $2 AND f.partner_id = c.partner_id AND f.card_id = c.card_id
             WHERE c.partner_id = ANY ($1)
               AND c.is_visible_by_default AND c.is_active AND c.deleted_at IS NULL
               AND (c.valid_from IS NULL OR c.valid_from <= statement_timestamp())
               AND (c.valid_until IS NULL OR c.valid_until >= statement_timestamp())
             ORDER BY c.card_id DESC
             LIMIT $3
            """;

    /** What the partners show to everybody, newest first. */
    public Future<List<Found>> list(SqlClient client, List<PartnerId> partners, @Nullable MemberId member, int limit) {
        UUID[] ids = partners.stream().map(PartnerId::value).toArray(UUID[]::new);
        return client.preparedQuery(LIST)
                .execute(Tuple.of(ids, id(member), limit))
                .map(rows -> rows.stream().map(LiveCardStore::found).toList());
    }

    private static final String FIND = """
            SELECT c.partner_id, c.card_id, c.name, coalesce(c.title, c.name) AS title, c.description, c.currency,
                   c.points_per_currency, c.currency_unit_amount, c.initial_bonus_points, c.valid_until, c.bg_color,
                   c.text_color,
                   (SELECT count(*)
                      FROM points.reward_card rc
                      JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
                      JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
                     WHERE rc.partner_id = c.partner_id AND rc.card_id = c.card_id
                       AND r.is_active AND r.deleted_at IS NULL
                       AND (r.max_redemptions_total IS NULL OR n.times_redeemed < r.max_redemptions_total)
                       AND (r.valid_from IS NULL OR r.valid_from <= statement_timestamp())
                       AND (r.valid_until IS NULL OR r.valid_until >= statement_timestamp())) AS rewards,
                   f.following, f.seen_sequence
              FROM points.card c
              LEFT JOIN points.follow f
                     ON f.member_id = $2 AND f.partner_id = c.partner_id AND f.card_id = c.card_id
             WHERE c.card_id = $1
               AND c.is_active AND c.deleted_at IS NULL
               AND (c.valid_from IS NULL OR c.valid_from <= statement_timestamp())
               AND (c.valid_until IS NULL OR c.valid_until >= statement_timestamp())
            """;

    /** One of them, shown to everybody or not. */
    public Future<Optional<Found>> find(SqlClient client, CardId card, @Nullable MemberId member) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(card.value(), id(member)))
                .map(rows -> rows.stream().findFirst().map(LiveCardStore::found));
    }

    private static final String FIND_ID = """
            SELECT card_id FROM points.card WHERE unique_identifier = $1
            """;

    /** Which card has a number; it need not be live. */
    public Future<Optional<CardId>> findId(SqlClient client, String uniqueIdentifier) {
        return client.preparedQuery(FIND_ID)
                .execute(Tuple.of(uniqueIdentifier))
                .map(rows -> rows.stream().findFirst().map(row -> new CardId(row.getUUID("card_id"))));
    }

    private static @Nullable UUID id(@Nullable MemberId member) {
        return member == null ? null : member.value();
    }

    private static Found found(Row row) {
        Boolean following = row.getBoolean("following");
        return new Found(
                new LiveCard(
                        new PartnerId(row.getUUID("partner_id")),
                        new CardId(row.getUUID("card_id")),
                        row.getString("name"),
                        row.getString("title"),
                        row.getString("description"),
                        row.getString("currency"),
                        row.getLong("points_per_currency"),
                        row.getBigDecimal("currency_unit_amount"),
                        row.getLong("initial_bonus_points"),
                        Times.instant(row, "valid_until"),
                        row.getString("bg_color"),
                        row.getString("text_color"),
                        false,
                        0,
                        row.getLong("rewards")),
                following == null ? null : new Follow(following, row.getLong("seen_sequence")));
    }
}
