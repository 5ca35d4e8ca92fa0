package dev.merit.bench.candidate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.UniqueIdentifier;
import dev.merit.platform.Uuids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A partner with a card, some tills and many members: made by the node's own API, but for the members.
 *
 * @param tillKeys several, as one key may be given a million requests a minute at most and is counted against it
 */
record Shop(List<String> tillKeys, String cardId) {
    static final String EMAIL_DOMAIN = "@bench.example";

    private static final int TILLS = 4;
    private static final int BATCH = 1_000;

    static Shop open(Api api, String adminKey) {
        String partner =
                text(api.post("/admin/partners", adminKey, Map.of("name", "Bench", "email", "shop@example.org")), "id");
        String keys = "/admin/partners/" + partner + "/keys";
        String owner = text(api.post(keys, adminKey, Map.of("name", "Owner", "preset", "full_management")), "key");
        List<String> tills = Stream.generate(
                        () -> text(api.post(keys, adminKey, Map.of("name", "Till", "preset", "till")), "key"))
                .limit(TILLS)
                .toList();
        String club = text(api.post("/partner/clubs", owner, Map.of("name", "Bench")), "id");
        String card = text(
                api.post(
                        "/partner/cards",
                        owner,
                        Map.of(
                                "club_id",
                                club,
                                "name",
                                "Bench",
                                "points_per_currency",
                                10,
                                "initial_bonus_points",
                                50)),
                "id");
        return new Shop(tills, card);
    }

    private static String text(JsonNode data, String field) {
        return data.path(field).asText();
    }

    private static final String INSERT_MEMBER =
            "INSERT INTO registry.member (id, email, unique_identifier) VALUES (?, ?, ?)";

    /** Straight into the table: one request for each would take longer than all that is measured. */
    static void enrol(Connection connection, int members) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_MEMBER)) {
            for (int member = 0; member < members; member++) {
                insert.setObject(1, Uuids.next());
                insert.setString(2, "member%07d".formatted(member) + EMAIL_DOMAIN);
                insert.setString(3, UniqueIdentifier.of(member));
                insert.addBatch();
                if ((member + 1) % BATCH == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
    }
}
