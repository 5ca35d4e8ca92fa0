package dev.merit.bench.candidate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.candidate.Ask.Sender;
import dev.merit.bench.candidate.Errand.Share;
import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.contracts.UniqueIdentifier;
import dev.merit.platform.Json;
import dev.merit.platform.Uuids;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A partner with all that is sold and many members: made by the node's own API, but for the members and their keys.
 *
 * @param ownerKey may read every list
 * @param tillKeys several, as one key may be given a million requests a minute at most and is counted against it
 * @param walletKeys of the first members, all of one length
 * @param run tells this run's idempotency keys from those of any other
 */
record Shop(UUID partner, String ownerKey, List<String> tillKeys, List<byte[]> walletKeys, Offers offers, String run) {
    static final String EMAIL_DOMAIN = "@bench.example";

    private static final int TILLS = 4;
    private static final int WALLETS = 4_000;
    private static final int BATCH = 1_000;
    private static final int ITEMS = 100;
    private static final String VOUCHER_CODE = "BENCH-5";
    private static final int NEARLY_ENDLESS = 1_000_000_000;

    /** What there is to be had. */
    record Offers(String club, String card, String reward, String stampCard, String voucher) {}

    static Shop open(Api api, String adminKey, Connection connection, int members) throws SQLException {
        JsonNode partner = api.post("/admin/partners", adminKey, Map.of("name", "Bench", "email", "shop@example.org"));
        String keys = "/admin/partners/" + text(partner, "id") + "/keys";
        String owner = text(api.post(keys, adminKey, Map.of("name", "Owner", "preset", "full_management")), "key");
        List<String> tills = Stream.generate(
                        () -> text(api.post(keys, adminKey, Map.of("name", "Till", "preset", "till")), "key"))
                .limit(TILLS)
                .toList();
        Offers offers = offers(api, owner);
        List<UUID> ids = enrol(connection, 0, members);
        List<byte[]> wallets = openWallets(connection, ids.subList(0, Math.min(WALLETS, members)));
        var shop = new Shop(
                UUID.fromString(text(partner, "id")),
                owner,
                tills,
                wallets,
                offers,
                UUID.randomUUID().toString());
        shop.fund(api, members);
        return shop;
    }

    private static Offers offers(Api api, String owner) {
        String club = id(api.post("/partner/clubs", owner, Map.of("name", "Bench")));
        String card = id(api.post(
                "/partner/cards",
                owner,
                Map.of("club_id", club, "name", "Bench", "points_per_currency", 10, "initial_bonus_points", 50)));
        String reward = id(
                api.post("/partner/rewards", owner, Map.of("card_id", card, "name", "Coffee", "points_required", 1)));
        String stampCard = id(api.post(
                "/partner/stamp-cards",
                owner,
                Map.of(
                        "club_id",
                        club,
                        "name",
                        "Stamps",
                        "reward_title",
                        "Points",
                        "stamps_required",
                        10,
                        "reward_points",
                        10,
                        "reward_card_id",
                        card)));
        String voucher = id(api.post(
                "/partner/vouchers",
                owner,
                Map.of(
                        "club_id", club,
                        "name", "Five off",
                        "code", VOUCHER_CODE,
                        "type", "fixed_amount",
                        "value", 500,
                        "max_uses_total", NEARLY_ENDLESS,
                        "max_uses_per_member", NEARLY_ENDLESS)));
        return new Offers(club, card, reward, stampCard, voucher);
    }

    private static String id(JsonNode data) {
        return text(data, "id");
    }

    private static String text(JsonNode data, String field) {
        return data.path(field).asText();
    }

    private static final String INSERT_MEMBER =
            "INSERT INTO registry.member (id, email, unique_identifier) VALUES (?, ?, ?)";

    /** Straight into the table: one request for each would take longer than all that is measured. */
    static List<UUID> enrol(Connection connection, int from, int to) throws SQLException {
        List<UUID> ids = Stream.generate(Uuids::next).limit(to - from).toList();
        try (PreparedStatement insert = connection.prepareStatement(INSERT_MEMBER)) {
            for (int member = from; member < to; member++) {
                insert.setObject(1, ids.get(member - from));
                insert.setString(2, email(member));
                insert.setString(3, UniqueIdentifier.of(member));
                insert.addBatch();
                if ((member + 1) % BATCH == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
        return ids;
    }

    private static String email(int member) {
        return "member%07d".formatted(member) + EMAIL_DOMAIN;
    }

    private static final String INSERT_KEY = """
            INSERT INTO keys.api_key (id, role, owner, name, prefix, hash, scopes)
            VALUES (?, 'member', ?, 'Wallet', ?, ?, '{read}')
            """;

    /** Keys of members; by the API they would be counted against the operator's own limit. */
    private static List<byte[]> openWallets(Connection connection, List<UUID> members) throws SQLException {
        List<byte[]> keys = new ArrayList<>();
        try (PreparedStatement insert = connection.prepareStatement(INSERT_KEY)) {
            for (UUID member : members) {
                String key = NewKey.of(Role.MEMBER);
                insert.setObject(1, Uuids.next());
                insert.setObject(2, member);
                insert.setString(3, KeyFormat.visible(key));
                byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
                insert.setBytes(4, Json.sha256(bytes));
                insert.addBatch();
                keys.add(bytes);
            }
            insert.executeBatch();
        }
        return List.copyOf(keys);
    }

    /** Everybody's first purchase, large enough for all redemptions to come: nobody is measured while accounts are made. */
    private void fund(Api api, int members) {
        for (int first = 0; first < members; first += BATCH) {
            List<Map<String, ?>> items = IntStream.range(first, Math.min(members, first + BATCH))
                    .mapToObj(this::firstPurchase)
                    .toList();
            JsonNode done = api.post("/partner/transactions/purchases", tillKeys.getFirst(), Map.of("items", items));
            Api.require(done.path("failed").asInt(-1) == 0, "The node refuses first purchases: " + done);
        }
    }

    /** A purchase that is not measured. */
    void buyOnce(Api api) {
        var unused = api.post(
                "/partner/transactions/purchase",
                tillKeys.getFirst(),
                Map.of("card_id", offers.card(), "member_identifier", email(0), "purchase_amount", 10));
    }

    private Map<String, ?> firstPurchase(int member) {
        return Map.of(
                "idempotency_key",
                run + "-first-" + member,
                "card_id",
                offers.card(),
                "member_identifier",
                email(member),
                "purchase_amount",
                1_000_000);
    }

    /** What the connection of that number does. */
    Errand errand(Deed deed, int connection) {
        var till = new Sender(tillKeys.get(connection % tillKeys.size()), run);
        return switch (deed) {
            case PURCHASE -> Errand.always(Ask.purchase(till, offers.card()));
            case REDEEM -> Errand.always(Ask.redeem(till, offers.card(), offers.reward()));
            case ADD_STAMP -> Errand.always(Ask.addStamp(till, offers.stampCard()));
            case REDEEM_VOUCHER -> Errand.always(Ask.redeemVoucher(till, offers.voucher()));
            case VALIDATE_VOUCHER -> Errand.always(Ask.validateVoucher(till, VOUCHER_CODE, offers.club()));
            case MIXED ->
                new Errand(List.of(
                        new Share(60, Ask.purchase(till, offers.card())),
                        new Share(20, Ask.redeem(till, offers.card(), offers.reward())),
                        new Share(10, Ask.redeemVoucher(till, offers.voucher())),
                        new Share(10, Ask.addStamp(till, offers.stampCard()))));
            case PURCHASES -> Errand.always(Ask.purchases(till, offers.card(), ITEMS));
            case WALLET -> Errand.always(Ask.readByMany(walletKeys, "/member/balance"));
        };
    }
}
