package dev.merit.points.store;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.points.PointsRequest.ListRewards;
import dev.merit.contracts.points.PointsRequest.Reward;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.platform.pg.Columns;
import dev.merit.platform.pg.Times;
import dev.merit.points.domain.RewardTerms;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Rewards, the cards they can be taken with, and how often they were. */
public final class RewardStore {

    /** A reward as stored: its title is null where it follows the name. */
    public record StoredReward(
            RewardId id, RewardFields fields, long timesRedeemed, Instant createdAt, Instant updatedAt) {

        public Reward toReward() {
            String title = fields.title();
            return new Reward(
                    id,
                    fields.cardIds(),
                    fields.name(),
                    title == null ? fields.name() : title,
                    fields.description(),
                    fields.pointsRequired(),
                    fields.maxRedemptionsTotal(),
                    fields.maxRedemptionsPerMember(),
                    fields.validFrom(),
                    fields.validUntil(),
                    fields.imageUrl(),
                    fields.isActive(),
                    timesRedeemed,
                    createdAt,
                    updatedAt);
        }

        /** As a redemption has to see it; deleted cards are not among its cards. */
        public RewardTerms terms() {
            String title = fields.title();
            return new RewardTerms(
                    id,
                    title == null ? fields.name() : title,
                    fields.pointsRequired(),
                    Set.copyOf(fields.cardIds()),
                    fields.maxRedemptionsTotal(),
                    fields.maxRedemptionsPerMember(),
                    new Validity(fields.validFrom(), fields.validUntil()),
                    fields.isActive());
        }
    }

    private static final Comparator<RewardKey> LOCK_ORDER = Comparator.comparing(
                    (RewardKey key) -> key.partner().value())
            .thenComparing(key -> key.reward().value());

    /** Names a reward together with its tenant. */
    public record RewardKey(PartnerId partner, RewardId reward) {}

    private static final String FIND = """
            SELECT r.reward_id, r.name, r.title, r.description, r.points_required, r.max_redemptions_total,
                   r.max_redemptions_per_member, r.valid_from, r.valid_until, r.image_url, r.is_active, r.created_at,
                   r.updated_at, n.times_redeemed,
                   ARRAY(SELECT rc.card_id
                           FROM points.reward_card rc
                           JOIN points.card c ON c.partner_id = rc.partner_id AND c.card_id = rc.card_id
                          WHERE rc.partner_id = r.partner_id AND rc.reward_id = r.reward_id AND c.deleted_at IS NULL
                          ORDER BY rc.position) AS cards
              FROM points.reward r
              JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
             WHERE r.partner_id = $1 AND r.reward_id = $2 AND r.deleted_at IS NULL
            """;

    public Future<Optional<StoredReward>> find(SqlClient client, PartnerId partner, RewardId reward) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(partner.value(), reward.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(reward(rows.iterator().next())));
    }

    /** Whose a reward is, as of a time of the database's clock. */
    public record Owner(PartnerId partner, Instant now) {}

    private static final String FIND_OWNER = """
            SELECT partner_id, statement_timestamp() AS now
              FROM points.reward
             WHERE reward_id = $1 AND deleted_at IS NULL
            """;

    /** Whose reward it is, and what time it is there: members know rewards by nothing but their ids. */
    public Future<Optional<Owner>> findOwner(SqlClient client, RewardId reward) {
        return client.preparedQuery(FIND_OWNER)
                .execute(Tuple.of(reward.value()))
                .map(rows -> rows.stream()
                        .findFirst()
                        .map(row -> new Owner(new PartnerId(row.getUUID("partner_id")), Times.required(row, "now"))));
    }

    private static final String LOCK = """
            SELECT 1
              FROM points.reward
             WHERE partner_id = $1 AND reward_id = $2 AND deleted_at IS NULL
               FOR UPDATE
            """;

    /** Locks a reward, then reads it: in this order a change that was waited for is seen. */
    public Future<Optional<StoredReward>> lock(SqlClient tx, PartnerId partner, RewardId reward) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(partner.value(), reward.value()))
                .compose(locked -> find(tx, partner, reward));
    }

    private static final String LIST = """
            SELECT r.reward_id, r.name, r.title, r.description, r.points_required, r.max_redemptions_total,
                   r.max_redemptions_per_member, r.valid_from, r.valid_until, r.image_url, r.is_active, r.created_at,
                   r.updated_at, n.times_redeemed,
                   ARRAY(SELECT rc.card_id
                           FROM points.reward_card rc
                           JOIN points.card c ON c.partner_id = rc.partner_id AND c.card_id = rc.card_id
                          WHERE rc.partner_id = r.partner_id AND rc.reward_id = r.reward_id AND c.deleted_at IS NULL
                          ORDER BY rc.position) AS cards
              FROM points.reward r
              JOIN points.reward_counter n ON n.partner_id = r.partner_id AND n.reward_id = r.reward_id
             WHERE r.partner_id = $1 AND r.deleted_at IS NULL
               AND ($2::uuid IS NULL OR EXISTS (
                       SELECT FROM points.reward_card rc
                        WHERE rc.partner_id = r.partner_id AND rc.reward_id = r.reward_id AND rc.card_id = $2))
               AND ($3::boolean IS NULL OR r.is_active = $3)
               AND ($4::text IS NULL OR strpos(lower(r.name), lower($4)) > 0)
             ORDER BY r.reward_id DESC
             LIMIT $5 OFFSET $6
            """;

    public Future<List<StoredReward>> list(SqlClient client, ListRewards query) {
        Paging paging = query.paging();
        return client.preparedQuery(LIST)
                .execute(filter(query).addInteger(paging.perPage()).addLong(paging.offset()))
                .map(rows -> {
                    var rewards = new ArrayList<StoredReward>();
                    rows.forEach(row -> rewards.add(reward(row)));
                    return rewards;
                });
    }

    private static final String COUNT = """
            SELECT count(*) AS rewards
              FROM (SELECT 1
                      FROM points.reward r
                     WHERE r.partner_id = $1 AND r.deleted_at IS NULL
                       AND ($2::uuid IS NULL OR EXISTS (
                               SELECT FROM points.reward_card rc
                                WHERE rc.partner_id = r.partner_id AND rc.reward_id = r.reward_id
                                  AND rc.card_id = $2))
                       AND ($3::boolean IS NULL OR r.is_active = $3)
                       AND ($4::text IS NULL OR strpos(lower(r.name), lower($4)) > 0)
                     LIMIT $5) AS counted
            """;

    /** Counts rewards, up to one more than {@link Paging#TOTAL_MAX}. */
    public Future<Long> count(SqlClient client, ListRewards query) {
        return client.preparedQuery(COUNT)
                .execute(filter(query).addLong(Paging.TOTAL_MAX + 1L))
                .map(rows -> rows.iterator().next().getLong("rewards"));
    }

    private static final String COUNT_ALL = """
            SELECT count(*) AS rewards FROM points.reward WHERE partner_id = $1 AND deleted_at IS NULL
            """;

    public Future<Long> countAll(SqlClient client, PartnerId partner) {
        return client.preparedQuery(COUNT_ALL)
                .execute(Tuple.of(partner.value()))
                .map(rows -> rows.iterator().next().getLong("rewards"));
    }

    private static final String INSERT = """
            WITH added AS (
                INSERT INTO points.reward (partner_id, reward_id, created_at, updated_at, name, title, description,
                                           points_required, max_redemptions_total, max_redemptions_per_member,
                                           valid_from, valid_until, image_url, is_active)
                VALUES ($1, $2, now(), now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                RETURNING partner_id, reward_id)
            INSERT INTO points.reward_counter (partner_id, reward_id)
            SELECT partner_id, reward_id FROM added
            """;

    public Future<Void> insert(SqlClient tx, PartnerId partner, RewardId reward, RewardFields fields) {
        return tx.preparedQuery(INSERT)
                .execute(with(Tuple.of(partner.value(), reward.value()), fields))
                .compose(added -> linkCards(tx, partner, reward, fields.cardIds()));
    }

    private static final String UPDATE = """
            UPDATE points.reward
               SET updated_at = now(), name = $3, title = $4, description = $5, points_required = $6,
                   max_redemptions_total = $7, max_redemptions_per_member = $8, valid_from = $9, valid_until = $10,
                   image_url = $11, is_active = $12
             WHERE partner_id = $1 AND reward_id = $2
            """;

    public Future<Void> update(SqlClient tx, PartnerId partner, RewardId reward, RewardFields fields) {
        return tx.preparedQuery(UPDATE)
                .execute(with(Tuple.of(partner.value(), reward.value()), fields))
                .compose(updated -> unlinkCards(tx, partner, reward))
                .compose(unlinked -> linkCards(tx, partner, reward, fields.cardIds()));
    }

    private static final String UNLINK = "DELETE FROM points.reward_card WHERE partner_id = $1 AND reward_id = $2";

    private static Future<Void> unlinkCards(SqlClient tx, PartnerId partner, RewardId reward) {
        return tx.preparedQuery(UNLINK)
                .execute(Tuple.of(partner.value(), reward.value()))
                .mapEmpty();
    }

    private static final String LINK = """
            INSERT INTO points.reward_card (partner_id, reward_id, card_id, position)
            SELECT $1, $2, card_id, position
              FROM unnest($3::uuid[]) WITH ORDINALITY AS t (card_id, position)
            """;

    private static Future<Void> linkCards(SqlClient tx, PartnerId partner, RewardId reward, List<CardId> cards) {
        UUID[] ids = cards.stream().map(CardId::value).toArray(UUID[]::new);
        return tx.preparedQuery(LINK)
                .execute(Tuple.of(partner.value(), reward.value(), ids))
                .mapEmpty();
    }

    private static final String DELETE = """
            UPDATE points.reward
               SET deleted_at = now(), updated_at = now()
             WHERE partner_id = $1 AND reward_id = $2 AND deleted_at IS NULL
            """;

    /** Hides a reward; false when there is none to hide. */
    public Future<Boolean> delete(SqlClient tx, PartnerId partner, RewardId reward) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(partner.value(), reward.value()))
                .map(rows -> rows.rowCount() == 1);
    }

    private static final String LOCK_COUNTERS = """
            SELECT k.partner_id, k.reward_id, n.times_redeemed
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, reward_id)
             CROSS JOIN LATERAL (
                   SELECT times_redeemed
                     FROM points.reward_counter
                    WHERE partner_id = k.partner_id AND reward_id = k.reward_id
                      FOR UPDATE) AS n
            """;

    /**
     * Reads how often rewards were taken and keeps the counters locked, in one order for everybody: a limit holds
     * whatever runs beside it.
     */
    public Future<Map<RewardKey, Long>> lockCounters(SqlClient tx, Set<RewardKey> rewards) {
        List<RewardKey> ordered = rewards.stream().sorted(LOCK_ORDER).toList();
        return tx.preparedQuery(LOCK_COUNTERS)
                .execute(keyColumns(ordered).tuple())
                .map(rows -> {
                    var counts = new HashMap<RewardKey, Long>();
                    rows.forEach(row -> counts.put(key(row), row.getLong("times_redeemed")));
                    return counts;
                });
    }

    private static final String ADD_TO_COUNTERS = """
            UPDATE points.reward_counter n
               SET times_redeemed = n.times_redeemed + t.times
              FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS t (partner_id, reward_id, times)
             WHERE n.partner_id = t.partner_id AND n.reward_id = t.reward_id
            """;

    public Future<Void> addToCounters(SqlClient tx, Map<RewardKey, Long> times) {
        List<RewardKey> keys = times.keySet().stream().sorted(LOCK_ORDER).toList();
        return tx.preparedQuery(ADD_TO_COUNTERS)
                .execute(keyColumns(keys)
                        .number(key -> times.getOrDefault(key, 0L))
                        .tuple())
                .mapEmpty();
    }

    private static final String FIND_TERMS = """
            SELECT r.partner_id, r.reward_id, coalesce(r.title, r.name) AS title, r.points_required,
                   r.max_redemptions_total, r.max_redemptions_per_member, r.valid_from, r.valid_until, r.is_active,
                   ARRAY(SELECT rc.card_id
                           FROM points.reward_card rc
                          WHERE rc.partner_id = r.partner_id AND rc.reward_id = r.reward_id) AS cards
              FROM unnest($1::uuid[], $2::uuid[]) AS k (partner_id, reward_id)
              JOIN points.reward r ON r.partner_id = k.partner_id AND r.reward_id = k.reward_id
             WHERE r.deleted_at IS NULL
            """;

    /** What a redemption needs of many rewards; unknown, foreign and deleted ones are not in the map. */
    public Future<Map<RewardKey, RewardTerms>> findTerms(SqlClient tx, Set<RewardKey> rewards) {
        return tx.preparedQuery(FIND_TERMS)
                .execute(keyColumns(List.copyOf(rewards)).tuple())
                .map(rows -> {
                    var terms = new HashMap<RewardKey, RewardTerms>();
                    rows.forEach(row -> terms.put(key(row), terms(row)));
                    return terms;
                });
    }

    private static Columns<RewardKey> keyColumns(List<RewardKey> keys) {
        return Columns.of(keys).uuid(key -> key.partner().value()).uuid(key -> key.reward()
                .value());
    }

    private static RewardKey key(Row row) {
        return new RewardKey(new PartnerId(row.getUUID("partner_id")), new RewardId(row.getUUID("reward_id")));
    }

    private static Tuple filter(ListRewards query) {
        CardId card = query.card();
        return Tuple.of(query.partner().value(), card == null ? null : card.value(), query.isActive(), query.q());
    }

    private static Tuple with(Tuple tuple, RewardFields fields) {
        return tuple.addString(fields.name())
                .addString(fields.title())
                .addString(fields.description())
                .addLong(fields.pointsRequired())
                .addLong(fields.maxRedemptionsTotal())
                .addLong(fields.maxRedemptionsPerMember())
                .addOffsetDateTime(Times.offset(fields.validFrom()))
                .addOffsetDateTime(Times.offset(fields.validUntil()))
                .addString(fields.imageUrl())
                .addBoolean(fields.isActive());
    }

    private static StoredReward reward(Row row) {
        RewardFields fields = new RewardFields(
                Arrays.stream(row.getArrayOfUUIDs("cards")).map(CardId::new).toList(),
                row.getString("name"),
                row.getString("title"),
                row.getString("description"),
                row.getLong("points_required"),
                row.getLong("max_redemptions_total"),
                row.getLong("max_redemptions_per_member"),
                Times.instant(row, "valid_from"),
                Times.instant(row, "valid_until"),
                row.getString("image_url"),
                row.getBoolean("is_active"));
        return new StoredReward(
                new RewardId(row.getUUID("reward_id")),
                fields,
                row.getLong("times_redeemed"),
                Times.required(row, "created_at"),
                Times.required(row, "updated_at"));
    }

    private static RewardTerms terms(Row row) {
        return new RewardTerms(
                new RewardId(row.getUUID("reward_id")),
                row.getString("title"),
                row.getLong("points_required"),
                Arrays.stream(row.getArrayOfUUIDs("cards")).map(CardId::new).collect(Collectors.toSet()),
                row.getLong("max_redemptions_total"),
                row.getLong("max_redemptions_per_member"),
                new Validity(Times.instant(row, "valid_from"), Times.instant(row, "valid_until")),
                row.getBoolean("is_active"));
    }
}
