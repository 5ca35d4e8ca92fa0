package dev.merit.stamps.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.StampCardProgress;
import dev.merit.platform.pg.Times;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads members' stamps without locks, as of the last commit. It writes nothing. */
public final class ProgressReads {

    private static final String LIST_OF_PARTNER = """
            SELECT p.stamp_card_id, p.partner_id, s.club_id, coalesce(s.title, s.name) AS title, s.description,
                   s.stamp_icon, s.stamps_required,
                   CASE WHEN p.expires_at <= statement_timestamp() THEN 0 ELSE p.current_stamps END AS current_stamps,
                   p.completed_count, p.pending_rewards, s.reward_title, s.reward_description, s.reward_points,
                   s.bg_color, s.text_color, s.valid_from, s.valid_until, s.is_active,
                   CASE WHEN p.expires_at > statement_timestamp() THEN p.expires_at END AS expires_at
              FROM stamps.progress p
              JOIN stamps.stamp_card s ON s.partner_id = p.partner_id AND s.stamp_card_id = p.stamp_card_id
             WHERE p.partner_id = $1 AND p.member_id = $2 AND s.deleted_at IS NULL
             ORDER BY p.last_stamp_at DESC, p.stamp_card_id DESC
             LIMIT $3
            """;

    private static final String LIST_OF_MEMBER = """
            SELECT p.stamp_card_id, p.partner_id, s.club_id, coalesce(s.title, s.name) AS title, s.description,
                   s.stamp_icon, s.stamps_required,
                   CASE WHEN p.expires_at <= statement_timestamp() THEN 0 ELSE p.current_stamps END AS current_stamps,
                   p.completed_count, p.pending_rewards, s.reward_title, s.reward_description, s.reward_points,
                   s.bg_color, s.text_color, s.valid_from, s.valid_until, s.is_active,
                   CASE WHEN p.expires_at > statement_timestamp() THEN p.expires_at END AS expires_at
              FROM stamps.progress p
              JOIN stamps.stamp_card s ON s.partner_id = p.partner_id AND s.stamp_card_id = p.stamp_card_id
             WHERE p.member_id = $1 AND s.deleted_at IS NULL
             ORDER BY p.last_stamp_at DESC, p.stamp_card_id DESC
             LIMIT $2
            """;

    /** A member's stamp cards, the last used first: those of one partner, or of all when there is none. */
    public Future<List<StampCardProgress>> list(
            SqlClient client, @Nullable PartnerId partner, MemberId member, int limit) {
        Future<RowSet<Row>> found = partner == null
                ? client.preparedQuery(LIST_OF_MEMBER).execute(Tuple.of(member.value(), limit))
                : client.preparedQuery(LIST_OF_PARTNER).execute(Tuple.of(partner.value(), member.value(), limit));
        return found.map(rows -> {
            var stampCards = new ArrayList<StampCardProgress>();
            rows.forEach(row -> stampCards.add(progress(row)));
            return stampCards;
        });
    }

    private static StampCardProgress progress(Row row) {
        return new StampCardProgress(
                new StampCardId(row.getUUID("stamp_card_id")),
                new PartnerId(row.getUUID("partner_id")),
                new ClubId(row.getUUID("club_id")),
                row.getString("title"),
                row.getString("description"),
                row.getString("stamp_icon"),
                row.getInteger("stamps_required"),
                row.getLong("current_stamps"),
                row.getLong("completed_count"),
                row.getLong("pending_rewards"),
                row.getString("reward_title"),
                row.getString("reward_description"),
                row.getLong("reward_points"),
                row.getString("bg_color"),
                row.getString("text_color"),
                Times.instant(row, "valid_from"),
                Times.instant(row, "valid_until"),
                row.getBoolean("is_active"),
                Times.instant(row, "expires_at"));
    }
}
