package dev.merit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.Json;
import dev.merit.platform.pg.Pack;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What lies in the outbox, published or not, as consumers read it. */
public final class WaitingEvents {
    private static final String LIST = "SELECT id, payloads, pack FROM platform.outbox WHERE topic = ? ORDER BY id";
    private static final String UNPACK =
            "UPDATE platform.outbox SET payloads = ?, pack = NULL, unpacked_bytes = NULL, card_ids = NULL WHERE id = ?";

    private WaitingEvents() {}

    /** The payloads of a topic's events, in the order of their rows. */
    public static List<JsonNode> of(PostgresFixture postgres, String topic) {
        try (Connection connection = postgres.connection()) {
            List<JsonNode> events = new ArrayList<>();
            for (String text : texts(connection, topic)) {
                events.add(Json.MAPPER.readTree(text));
            }
            return events;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same, letter by letter. */
    public static List<String> texts(Connection connection, String topic) throws SQLException {
        try (PreparedStatement list = connection.prepareStatement(LIST)) {
            list.setString(1, topic);
            ResultSet rows = list.executeQuery();
            List<String> events = new ArrayList<>();
            while (rows.next()) {
                events.addAll(payloads(rows));
            }
            return events;
        }
    }

    /** Makes packs texts, as they were in rows written before there were packs: SQL can change those. */
    public static void unpack(PostgresFixture postgres, String topic) {
        try (Connection connection = postgres.connection();
                PreparedStatement list = connection.prepareStatement(LIST);
                PreparedStatement update = connection.prepareStatement(UNPACK)) {
            list.setString(1, topic);
            ResultSet rows = list.executeQuery();
            while (rows.next()) {
                update.setArray(
                        1, connection.createArrayOf("text", payloads(rows).toArray()));
                update.setLong(2, rows.getLong("id"));
                update.addBatch();
            }
            int[] changed = update.executeBatch();
            if (changed.length == 0) {
                throw new IllegalStateException("nothing waits in " + topic);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> payloads(ResultSet row) throws SQLException {
        byte[] pack = row.getBytes("pack");
        if (pack != null) {
            return Pack.open(Buffer.buffer(pack)).stream().map(Buffer::toString).toList();
        }
        Array texts = row.getArray("payloads");
        return Arrays.asList((String[]) texts.getArray());
    }
}
