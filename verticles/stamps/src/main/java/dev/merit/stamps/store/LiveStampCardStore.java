package dev.merit.stamps.store;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Live stamp cards of any partner, with one member's side of them. */
public final class LiveStampCardStore {

    private static final String LIST = """
            SELECT s.partner_id, s.stamp_card_id, coalesce(s.title, s.name) AS title, s.description, s.stamps_required,
                   s.stamp_icon, s.reward_title, s.reward_description, s.reward_points, s.valid_until, s.bg_color,
                   s.text_color, p.member_id IS NOT NULL AS is_enrolled,
                   CASE WHEN p.expires_at <= statement_timestamp() THEN 0 ELSE p.current_stamps END AS current_stamps,
                   p.completed_count
              FROM stamps.stamp_card s
              LEFT JOIN stamps.progress p
                     ON p.partner_id = s.partner_id AND p.member_id = $2 AND p.stamp_card_id = s.stamp_card_id
             WHERE s.partner_id = ANY ($1)
               AND s.is_visible_by_default AND s.is_active AND s.deleted_at IS NULL
               AND (s.valid_from IS NULL OR s.valid_from <= statement_timestamp())
               AND (s.valid_until IS NULL OR s.valid_until >= statement_timestamp())
             ORDER BY s.stamp_card_id DESC
             LIMIT $3
            """;

    /** What the partners show to everybody, newest first. */
    public Future<List<LiveStampCard>> list(
            SqlClient client, List<PartnerId> partners, @Nullable MemberId member, int limit) {
        UUID[] ids = partners.stream().map(PartnerId::value).toArray(UUID[]::new);
        return client.preparedQuery(LIST)
                .execute(Tuple.of(ids, id(member), limit))
                .map(rows -> rows.stream().map(LiveStampCardStore::stampCard).toList());
    }

    private static final String FIND = """
            SELECT s.partner_id, s.stamp_card_id, coalesce(s.title, s.name) AS title, s.description, s.stamps_required,
                   s.stamp_icon, s.reward_title, s.reward_description, s.reward_points, s.valid_until, s.bg_color,
                   s.text_color, p.member_id IS NOT NULL AS is_enrolled,
                   CASE WHEN p.expires_at <= statement_timestamp() THEN 0 ELSE p.current_stamps END AS current_stamps,
                   p.completed_count
              FROM stamps.stamp_card s
              LEFT JOIN stamps.progress p
                     ON p.partner_id = s.partner_id AND p.member_id = $2 AND p.stamp_card_id = s.stamp_card_id
             WHERE s.stamp_card_id = $1
               AND s.is_active AND s.deleted_at IS NULL
               AND (s.valid_from IS NULL OR s.valid_from <= statement_timestamp())
               AND (s.valid_until IS NULL OR s.valid_until >= statement_timestamp())
            """;

    /** One of them, shown to everybody or not. */
    public Future<Optional<LiveStampCard>> find(SqlClient client, StampCardId stampCard, @Nullable MemberId member) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(stampCard.value(), id(member)))
                .map(rows -> rows.stream().findFirst().map(LiveStampCardStore::stampCard));
    }

    private static @Nullable UUID id(@Nullable MemberId member) {
        return member == null ? null : member.value();
    }

    private static LiveStampCard stampCard(Row row) {
        boolean isEnrolled = row.getBoolean("is_enrolled");
        return new LiveStampCard(
                new PartnerId(row.getUUID("partner_id")),
                new StampCardId(row.getUUID("stamp_card_id")),
                row.getString("title"),
                row.getString("description"),
                row.getInteger("stamps_required"),
                row.getString("stamp_icon"),
                row.getString("reward_title"),
                row.getString("reward_description"),
                row.getLong("reward_points"),
                Times.instant(row, "valid_until"),
                row.getString("bg_color"),
                row.getString("text_color"),
                isEnrolled,
                isEnrolled ? row.getLong("current_stamps") : 0,
                isEnrolled ? row.getLong("completed_count") : 0);
    }
}
