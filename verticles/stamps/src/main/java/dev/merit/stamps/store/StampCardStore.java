package dev.merit.stamps.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.stamps.StampsRequest.ListStampCards;
import dev.merit.contracts.stamps.StampsRequest.StampCard;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.stamps.domain.StampTerms;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stamp cards. Deleted ones are seen by nobody but {@link #findTerms}, since their stamps still expire. */
public final class StampCardStore {

    /** A stamp card as stored: null where something follows from the rest. */
    public record StoredStampCard(StampCardId id, StampCardFields fields, Instant createdAt, Instant updatedAt) {

        public StampCard toStampCard() {
            String title = fields.title();
            return new StampCard(
                    id,
                    fields.clubId(),
                    fields.name(),
                    title == null ? fields.name() : title,
                    fields.description(),
                    fields.stampsRequired(),
                    fields.stampIcon(),
                    fields.rewardTitle(),
                    fields.rewardDescription(),
                    fields.rewardPoints(),
                    fields.rewardCardId(),
                    fields.claimsPhysically(),
                    fields.stampsExpireDays(),
                    fields.maxStampsPerDay(),
                    fields.maxStampsPerTransaction(),
                    fields.minPurchaseAmount(),
                    fields.validFrom(),
                    fields.validUntil(),
                    fields.bgColor(),
                    fields.textColor(),
                    fields.isActive(),
                    fields.isVisibleByDefault(),
                    createdAt,
                    updatedAt);
        }
    }

    private static final String FIND = """
            SELECT s.stamp_card_id, s.club_id, s.name, s.title, s.description, s.stamps_required, s.stamp_icon,
                   s.reward_title, s.reward_description, s.reward_points, s.reward_card_id, s.requires_physical_claim,
                   s.stamps_expire_days, s.max_stamps_per_day, s.max_stamps_per_transaction, s.min_purchase_amount,
                   s.valid_from, s.valid_until, s.bg_color, s.text_color, s.is_active, s.is_visible_by_default,
                   s.created_at, s.updated_at
              FROM stamps.stamp_card s
             WHERE s.partner_id = $1 AND s.stamp_card_id = $2 AND s.deleted_at IS NULL
            """;

    public Future<Optional<StoredStampCard>> find(SqlClient client, PartnerId partner, StampCardId stampCard) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(partner.value(), stampCard.value()))
                .map(rows -> stampCards(rows).stream().findFirst());
    }

    private static final String LOCK = """
            SELECT 1
              FROM stamps.stamp_card
             WHERE partner_id = $1 AND stamp_card_id = $2 AND deleted_at IS NULL
               FOR NO KEY UPDATE
            """;

    /**
     * Locks a stamp card, then reads it: in this order a change that was waited for is seen. Stamps do not wait for it.
     */
    public Future<Optional<StoredStampCard>> lock(SqlClient tx, PartnerId partner, StampCardId stampCard) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(partner.value(), stampCard.value()))
                .compose(locked -> find(tx, partner, stampCard));
    }

    private static final String LIST = """
            SELECT s.stamp_card_id, s.club_id, s.name, s.title, s.description, s.stamps_required, s.stamp_icon,
                   s.reward_title, s.reward_description, s.reward_points, s.reward_card_id, s.requires_physical_claim,
                   s.stamps_expire_days, s.max_stamps_per_day, s.max_stamps_per_transaction, s.min_purchase_amount,
                   s.valid_from, s.valid_until, s.bg_color, s.text_color, s.is_active, s.is_visible_by_default,
                   s.created_at, s.updated_at
              FROM stamps.stamp_card s
             WHERE s.partner_id = $1 AND s.deleted_at IS NULL
               AND ($2::uuid IS NULL OR s.club_id = $2)
               AND ($3::boolean IS NULL OR s.is_active = $3)
               AND ($4::text IS NULL OR strpos(lower(s.name), lower($4)) > 0)
             ORDER BY s.stamp_card_id DESC
             LIMIT $5 OFFSET $6
            """;

    public Future<List<StoredStampCard>> list(SqlClient client, ListStampCards query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(StampCardStore::stampCards);
    }

    private static final String COUNT = """
            SELECT count(*) AS stamp_cards
              FROM (SELECT 1
                      FROM stamps.stamp_card s
                     WHERE s.partner_id = $1 AND s.deleted_at IS NULL
                       AND ($2::uuid IS NULL OR s.club_id = $2)
                       AND ($3::boolean IS NULL OR s.is_active = $3)
                       AND ($4::text IS NULL OR strpos(lower(s.name), lower($4)) > 0)
                     LIMIT $5) AS counted
            """;

    /** Counts stamp cards, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ListStampCards query) {
        return client.preparedQuery(COUNT)
                .execute(filter(query).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("stamp_cards"));
    }

    private static final String COUNT_IN_CLUB = """
            SELECT count(*) AS stamp_cards
              FROM stamps.stamp_card
             WHERE partner_id = $1 AND deleted_at IS NULL
               AND ($2::uuid IS NULL OR club_id = $2)
            """;

    /** How many stamp cards there are, in one club or in all. */
    public Future<Long> countIn(SqlClient client, PartnerId partner, @Nullable ClubId club) {
        return client.preparedQuery(COUNT_IN_CLUB)
                .execute(Tuple.of(partner.value(), club == null ? null : club.value()))
                .map(rows -> rows.iterator().next().getLong("stamp_cards"));
    }

    private static final String INSERT = """
            INSERT INTO stamps.stamp_card (partner_id, stamp_card_id, created_at, updated_at, club_id, name, title,
                                           description, stamps_required, stamp_icon, reward_title, reward_description,
                                           reward_points, reward_card_id, requires_physical_claim, stamps_expire_days,
                                           max_stamps_per_day, max_stamps_per_transaction, min_purchase_amount,
                                           valid_from, valid_until, bg_color, text_color, is_active,
                                           is_visible_by_default)
            VALUES ($1, $2, now(), now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                    $20, $21, $22, $23)
            """;

    public Future<Void> insert(SqlClient tx, PartnerId partner, StampCardId stampCard, StampCardFields fields) {
        return tx.preparedQuery(INSERT)
                .execute(with(Tuple.of(partner.value(), stampCard.value()), fields))
                .mapEmpty();
    }

    private static final String UPDATE = """
            UPDATE stamps.stamp_card
               SET updated_at = now(), club_id = $3, name = $4, title = $5, description = $6, stamps_required = $7,
                   stamp_icon = $8, reward_title = $9, reward_description = $10, reward_points = $11,
                   reward_card_id = $12, requires_physical_claim = $13, stamps_expire_days = $14,
                   max_stamps_per_day = $15, max_stamps_per_transaction = $16, min_purchase_amount = $17,
                   valid_from = $18, valid_until = $19, bg_color = $20, text_color = $21, is_active = $22,
                   is_visible_by_default = $23
             WHERE partner_id = $1 AND stamp_card_id = $2
            """;

    public Future<Void> update(SqlClient tx, PartnerId partner, StampCardId stampCard, StampCardFields fields) {
        return tx.preparedQuery(UPDATE)
                .execute(with(Tuple.of(partner.value(), stampCard.value()), fields))
                .mapEmpty();
    }

    private static final String DELETE = """
            UPDATE stamps.stamp_card
               SET deleted_at = now(), updated_at = now()
             WHERE partner_id = $1 AND stamp_card_id = $2 AND deleted_at IS NULL
            """;

    /** Hides a stamp card; false when there is none to hide. */
    public Future<Boolean> delete(SqlClient tx, PartnerId partner, StampCardId stampCard) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(partner.value(), stampCard.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Names a stamp card together with its tenant. */
    public record StampCardKey(PartnerId partner, StampCardId stampCard) {}

    private static final String FIND_TERMS = """
            SELECT s.partner_id, s.stamp_card_id, s.club_id, s.stamps_required, s.reward_title, s.reward_points,
                   s.reward_card_id, coalesce(s.requires_physical_claim, s.reward_points IS NULL) AS is_claimed,
                   s.stamps_expire_days, s.max_stamps_per_day, s.max_stamps_per_transaction, s.min_purchase_amount,
                   s.valid_from, s.valid_until, s.is_active, s.deleted_at IS NOT NULL AS is_deleted
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, stamp_card_id)
              JOIN stamps.stamp_card s ON s.partner_id = k.partner_id AND s.stamp_card_id = k.stamp_card_id
            """;

    /** What commands need of many stamp cards; unknown and foreign ones are not in the map. */
    public Future<Map<StampCardKey, StampTerms>> findTerms(SqlClient tx, Set<StampCardKey> stampCards) {
        Tuple columns = Columns.of(List.copyOf(stampCards))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.stampCard().value())
                .tuple();
        return tx.preparedQuery(FIND_TERMS).execute(columns).map(rows -> {
            var terms = new HashMap<StampCardKey, StampTerms>();
            for (Row row : rows) {
                StampTerms found = terms(row);
                terms.put(new StampCardKey(new PartnerId(row.getUUID("partner_id")), found.id()), found);
            }
            return terms;
        });
    }

    private static Tuple filter(ListStampCards query) {
        ClubId club = query.club();
        return Tuple.of(query.partner().value(), club == null ? null : club.value(), query.isActive(), query.q());
    }

    private static Tuple with(Tuple tuple, StampCardFields fields) {
        CardId rewardCard = fields.rewardCardId();
        return tuple.addUUID(fields.clubId().value())
                .addString(fields.name())
                .addString(fields.title())
                .addString(fields.description())
                .addInteger(fields.stampsRequired())
                .addString(fields.stampIcon())
                .addString(fields.rewardTitle())
                .addString(fields.rewardDescription())
                .addLong(fields.rewardPoints())
                .addUUID(rewardCard == null ? null : rewardCard.value())
                .addBoolean(fields.requiresPhysicalClaim())
                .addInteger(fields.stampsExpireDays())
                .addInteger(fields.maxStampsPerDay())
                .addInteger(fields.maxStampsPerTransaction())
                .addBigDecimal(fields.minPurchaseAmount())
                .addOffsetDateTime(Times.offset(fields.validFrom()))
                .addOffsetDateTime(Times.offset(fields.validUntil()))
                .addString(fields.bgColor())
                .addString(fields.textColor())
                .addBoolean(fields.isActive())
                .addBoolean(fields.isVisibleByDefault());
    }

    private static List<StoredStampCard> stampCards(RowSet<Row> rows) {
        var stampCards = new ArrayList<StoredStampCard>();
        rows.forEach(row -> stampCards.add(stampCard(row)));
        return stampCards;
    }

    private static StoredStampCard stampCard(Row row) {
        StampCardFields fields = new StampCardFields(
                new ClubId(row.getUUID("club_id")),
                row.getString("name"),
                row.getString("title"),
                row.getString("description"),
                row.getInteger("stamps_required"),
                row.getString("stamp_icon"),
                row.getString("reward_title"),
                row.getString("reward_description"),
                row.getLong("reward_points"),
                rewardCard(row),
                row.getBoolean("requires_physical_claim"),
                row.getInteger("stamps_expire_days"),
                row.getInteger("max_stamps_per_day"),
                row.getInteger("max_stamps_per_transaction"),
                row.getBigDecimal("min_purchase_amount"),
                Times.instant(row, "valid_from"),
                Times.instant(row, "valid_until"),
                row.getString("bg_color"),
                row.getString("text_color"),
                row.getBoolean("is_active"),
                row.getBoolean("is_visible_by_default"));
        return new StoredStampCard(
                new StampCardId(row.getUUID("stamp_card_id")),
                fields,
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }

    private static StampTerms terms(Row row) {
        CardId rewardCard = rewardCard(row);
        return new StampTerms(
                new StampCardId(row.getUUID("stamp_card_id")),
                new ClubId(row.getUUID("club_id")),
                row.getInteger("stamps_required"),
                row.getString("reward_title"),
                rewardCard == null ? null : new StampTerms.Points(row.getLong("reward_points"), rewardCard),
                row.getBoolean("is_claimed"),
                new StampTerms.Rules(
                        row.getInteger("stamps_expire_days"),
                        row.getInteger("max_stamps_per_day"),
                        row.getInteger("max_stamps_per_transaction"),
                        row.getBigDecimal("min_purchase_amount")),
                new Validity(Times.instant(row, "valid_from"), Times.instant(row, "valid_until")),
                row.getBoolean("is_active"),
                row.getBoolean("is_deleted"));
    }

    private static @Nullable CardId rewardCard(Row row) {
        UUID id = row.getUUID("reward_card_id");
        return id == null ? null : new CardId(id);
    }
}
