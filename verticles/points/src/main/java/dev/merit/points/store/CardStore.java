package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Reads;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.CardTerms;
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
import org.jspecify.annotations.Nullable;

/** Cards. Deleted ones are seen by nobody but {@link #findTerms}, since their points still expire. */
public final class CardStore {

    /** A card as stored: its title is null where it follows the name. */
    public record StoredCard(
            CardId id,
            CardFields fields,
            String currency,
            String uniqueIdentifier,
            long rewards,
            Instant createdAt,
            Instant updatedAt) {

        public Card toCard(long members) {
            String title = fields.title();
            return new Card(
                    id,
                    fields.clubId(),
                    fields.name(),
                    title == null ? fields.name() : title,
                    fields.description(),
                    uniqueIdentifier,
                    currency,
                    fields.pointsPerCurrency(),
                    fields.currencyUnitAmount(),
                    fields.minPurchaseAmount(),
                    fields.maxPointsPerPurchase(),
                    fields.initialBonusPoints(),
                    fields.pointsExpireMonths(),
                    fields.validFrom(),
                    fields.validUntil(),
                    fields.bgColor(),
                    fields.textColor(),
                    fields.logoUrl(),
                    fields.isActive(),
                    fields.isVisibleByDefault(),
                    rewards,
                    members,
                    createdAt,
                    updatedAt);
        }
    }

    private static final String FIND = """
            SELECT c.card_id, c.club_id, c.name, c.title, c.description, c.unique_identifier, c.currency,
                   c.points_per_currency, c.currency_unit_amount, c.min_purchase_amount, c.max_points_per_purchase,
                   c.initial_bonus_points, c.points_expire_months, c.valid_from, c.valid_until, c.bg_color,
                   c.text_color, c.logo_url, c.is_active, c.is_visible_by_default, c.created_at, c.updated_at,
                   (SELECT count(*)
                      FROM points.reward_card rc
                      JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
                     WHERE rc.partner_id = c.partner_id AND rc.card_id = c.card_id AND r.deleted_at IS NULL) AS rewards
              FROM points.card c
             WHERE c.partner_id = $1 AND c.card_id = $2 AND c.deleted_at IS NULL
            """;

    public Future<Optional<StoredCard>> find(SqlClient client, PartnerId partner, CardId card) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(partner.value(), card.value()))
                .map(CardStore::first);
    }

    private static final String LOCK = """
            SELECT 1
              FROM points.card
             WHERE partner_id = $1 AND card_id = $2 AND deleted_at IS NULL
               FOR NO KEY UPDATE
            """;

    /**
     * Locks a card, then reads it: in this order a change that was waited for is seen. Bookings do not wait for it:
     * they pin the card's club in the ledger.
     */
    public Future<Optional<StoredCard>> lock(SqlClient tx, PartnerId partner, CardId card) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(partner.value(), card.value()))
                .compose(locked -> find(tx, partner, card));
    }

    private static final String LIST = """
            SELECT c.card_id, c.club_id, c.name, c.title, c.description, c.unique_identifier, c.currency,
                   c.points_per_currency, c.currency_unit_amount, c.min_purchase_amount, c.max_points_per_purchase,
                   c.initial_bonus_points, c.points_expire_months, c.valid_from, c.valid_until, c.bg_color,
                   c.text_color, c.logo_url, c.is_active, c.is_visible_by_default, c.created_at, c.updated_at,
                   (SELECT count(*)
                      FROM points.reward_card rc
                      JOIN points.reward r ON r.partner_id = rc.partner_id AND r.reward_id = rc.reward_id
                     WHERE rc.partner_id = c.partner_id AND rc.card_id = c.card_id AND r.deleted_at IS NULL) AS rewards
              FROM points.card c
             WHERE c.partner_id = $1 AND c.deleted_at IS NULL
               AND ($2::uuid IS NULL OR c.club_id = $2)
               AND ($3::boolean IS NULL OR c.is_active = $3)
               AND ($4::text IS NULL OR strpos(lower(c.name), lower($4)) > 0)
             ORDER BY c.card_id DESC
             LIMIT $5 OFFSET $6
            """;

    public Future<List<StoredCard>> list(SqlClient client, ListCards query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(CardStore::cards);
    }

    private static final String COUNT = """
            SELECT count(*) AS cards
              FROM (SELECT 1
                      FROM points.card c
                     WHERE c.partner_id = $1 AND c.deleted_at IS NULL
                       AND ($2::uuid IS NULL OR c.club_id = $2)
                       AND ($3::boolean IS NULL OR c.is_active = $3)
                       AND ($4::text IS NULL OR strpos(lower(c.name), lower($4)) > 0)
                     LIMIT $5) AS counted
            """;

    /** Counts cards, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ListCards query) {
        return client.preparedQuery(COUNT)
                .execute(filter(query).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("cards"));
    }

    private static final String INSERT = """
            INSERT INTO points.card (partner_id, card_id, unique_identifier, created_at, updated_at, club_id, name,
                                     title, description, currency, points_per_currency, currency_unit_amount,
                                     min_purchase_amount, max_points_per_purchase, initial_bonus_points,
                                     points_expire_months, valid_from, valid_until, bg_color, text_color, logo_url,
                                     is_active, is_visible_by_default)
            VALUES ($1, $2, $3, now(), now(), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                    $19, $20, $21)
            """;

    public Future<Void> insert(
            SqlClient tx, PartnerId partner, CardId card, String uniqueIdentifier, CardFields fields) {
        Tuple tuple = Tuple.of(partner.value(), card.value(), uniqueIdentifier);
        return tx.preparedQuery(INSERT).execute(with(tuple, fields)).mapEmpty();
    }

    private static final String UPDATE = """
            UPDATE points.card
               SET updated_at = now(), club_id = $3, name = $4, title = $5, description = $6, currency = $7,
                   points_per_currency = $8, currency_unit_amount = $9, min_purchase_amount = $10,
                   max_points_per_purchase = $11, initial_bonus_points = $12, points_expire_months = $13,
                   valid_from = $14, valid_until = $15, bg_color = $16, text_color = $17, logo_url = $18,
                   is_active = $19, is_visible_by_default = $20
             WHERE partner_id = $1 AND card_id = $2
            """;

    public Future<Void> update(SqlClient tx, PartnerId partner, CardId card, CardFields fields) {
        return tx.preparedQuery(UPDATE)
                .execute(with(Tuple.of(partner.value(), card.value()), fields))
                .mapEmpty();
    }

    private static final String DELETE = """
            UPDATE points.card
               SET deleted_at = now(), updated_at = now()
             WHERE partner_id = $1 AND card_id = $2 AND deleted_at IS NULL
            """;

    /** Hides a card; false when there is none to hide. */
    public Future<Boolean> delete(SqlClient tx, PartnerId partner, CardId card) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(partner.value(), card.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static final String COUNT_IN_CLUB = """
            SELECT count(*) AS cards
              FROM points.card
             WHERE partner_id = $1 AND deleted_at IS NULL
               AND ($2::uuid IS NULL OR club_id = $2)
            """;

    /** How many cards there are, in one club or in all. */
    public Future<Long> countIn(SqlClient client, PartnerId partner, @Nullable ClubId club) {
        return client.preparedQuery(COUNT_IN_CLUB)
                .execute(Tuple.of(partner.value(), club == null ? null : club.value()))
                .map(rows -> rows.iterator().next().getLong("cards"));
    }

    /** Names a card together with its tenant. */
    public record CardKey(PartnerId partner, CardId card) {}

    private static final String FIND_TERMS = """
            SELECT c.partner_id, c.card_id, c.club_id, c.currency, c.points_per_currency, c.currency_unit_amount,
                   c.min_purchase_amount, c.max_points_per_purchase, c.initial_bonus_points, c.points_expire_months,
                   c.valid_from, c.valid_until, c.is_active, c.deleted_at IS NOT NULL AS is_deleted
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, card_id)
              JOIN points.card c ON c.partner_id = k.partner_id AND c.card_id = k.card_id
            """;

    /** What a booking needs of many cards; unknown and foreign ones are not in the map. */
    public Future<Map<CardKey, CardTerms>> findTerms(SqlClient tx, Set<CardKey> cards) {
        return tx.preparedQuery(FIND_TERMS).execute(keyColumns(cards)).map(CardStore::terms);
    }

    private static final Reads.Part FOUND_TERMS = Reads.Part.of(FIND_TERMS, """
            partner_id uuid, card_id uuid, club_id uuid, currency text, points_per_currency bigint,
            currency_unit_amount numeric, min_purchase_amount numeric, max_points_per_purchase bigint,
            initial_bonus_points bigint, points_expire_months integer, valid_from timestamptz, valid_until timestamptz,
            is_active boolean, is_deleted boolean""");

    /** The same, as a part of others. */
    public Future<Map<CardKey, CardTerms>> findTerms(Reads reads, Set<CardKey> cards) {
        return reads.add(FOUND_TERMS, keyColumns(cards), CardStore::terms);
    }

    private static Tuple keyColumns(Set<CardKey> cards) {
        return Columns.of(List.copyOf(cards))
                .uuid(key -> key.partner().value())
                .uuid(key -> key.card().value())
                .tuple();
    }

    private static Map<CardKey, CardTerms> terms(Iterable<Row> rows) {
        var terms = new HashMap<CardKey, CardTerms>();
        for (Row row : rows) {
            CardId card = new CardId(row.getUUID("card_id"));
            terms.put(new CardKey(new PartnerId(row.getUUID("partner_id")), card), terms(card, row));
        }
        return terms;
    }

    private static Tuple filter(ListCards query) {
        ClubId club = query.club();
        return Tuple.of(query.partner().value(), club == null ? null : club.value(), query.isActive(), query.q());
    }

    private static Tuple with(Tuple tuple, CardFields fields) {
        return tuple.addUUID(fields.clubId().value())
                .addString(fields.name())
                .addString(fields.title())
                .addString(fields.description())
                .addString(fields.currency())
                .addLong(fields.pointsPerCurrency())
                .addBigDecimal(fields.currencyUnitAmount())
                .addBigDecimal(fields.minPurchaseAmount())
                .addLong(fields.maxPointsPerPurchase())
                .addLong(fields.initialBonusPoints())
                .addInteger(fields.pointsExpireMonths())
                .addOffsetDateTime(Times.offset(fields.validFrom()))
                .addOffsetDateTime(Times.offset(fields.validUntil()))
                .addString(fields.bgColor())
                .addString(fields.textColor())
                .addString(fields.logoUrl())
                .addBoolean(fields.isActive())
                .addBoolean(fields.isVisibleByDefault());
    }

    private static Optional<StoredCard> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(card(rows.iterator().next()));
    }

    private static List<StoredCard> cards(RowSet<Row> rows) {
        var cards = new ArrayList<StoredCard>();
        rows.forEach(row -> cards.add(card(row)));
        return cards;
    }

    private static StoredCard card(Row row) {
        CardFields fields = new CardFields(
                new ClubId(row.getUUID("club_id")),
                row.getString("name"),
                row.getString("title"),
                row.getString("description"),
                row.getString("currency"),
                row.getLong("points_per_currency"),
                row.getBigDecimal("currency_unit_amount"),
                row.getBigDecimal("min_purchase_amount"),
                row.getLong("max_points_per_purchase"),
                row.getLong("initial_bonus_points"),
                row.getInteger("points_expire_months"),
                Times.instant(row, "valid_from"),
                Times.instant(row, "valid_until"),
                row.getString("bg_color"),
                row.getString("text_color"),
                row.getString("logo_url"),
                row.getBoolean("is_active"),
                row.getBoolean("is_visible_by_default"));
        return new StoredCard(
                new CardId(row.getUUID("card_id")),
                fields,
                row.getString("currency"),
                row.getString("unique_identifier"),
                row.getLong("rewards"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }

    private static CardTerms terms(CardId card, Row row) {
        return new CardTerms(
                card,
                new ClubId(row.getUUID("club_id")),
                row.getString("currency"),
                new EarningRules(
                        row.getLong("points_per_currency"),
                        row.getBigDecimal("currency_unit_amount"),
                        row.getBigDecimal("min_purchase_amount"),
                        row.getLong("max_points_per_purchase"),
                        row.getLong("initial_bonus_points"),
                        row.getInteger("points_expire_months")),
                new Validity(Times.instant(row, "valid_from"), Times.instant(row, "valid_until")),
                row.getBoolean("is_active"),
                row.getBoolean("is_deleted"));
    }
}
