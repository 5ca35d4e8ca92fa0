package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.pg.DatabaseOptions;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of what was done, over the whole program: soon, all of it, and only as it was. */
final class AuditJourneyIT {
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final int PURCHASES = 120;

    private final Path directory;

    AuditJourneyIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /**
     * Breaks when a write or a refusal is not noted within ten seconds, when an orderly stop loses rows, when figures
     * are late, or when somebody can change a row unseen.
     */
    @Test
    void notesEverythingAndLosesNothing() throws Exception {
        Path data = directory.resolve("data");
        try (RunningNode node = RunningNode.start(data, "up", "--demo")) {
            Api admin = admin(node);
            Api partner = partner(node);
            JsonNode demo = Api.json(Shell.words(directory, node.curls().get(0)).getLast());
            JsonNode key = Api.data(
                    partner.post("/partner/keys", "audit-key", "{\"name\":\"Till\",\"preset\":\"view_only\"}"));
            HttpResponse<String> refused = new Api(node.api(), key.get("key").textValue())
                    .post("/partner/clubs", "audit-club", "{\"name\":\"No\"}");
            assertThat(refused.statusCode()).isEqualTo(403);
            HttpResponse<String> stranger = new Api(node.api(), "rl_admin_nobody").get("/admin/partners");
            assertThat(stranger.statusCode()).isEqualTo(401);
            JsonNode rotated = Api.data(partner.post(
                    "/partner/keys/" + key.get("id").textValue() + "/rotate",
                    "audit-rotate",
                    "{\"overlap_seconds\":0}"));
            assertThat(new Api(node.api(), key.get("key").textValue())
                            .get("/partner/keys")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(new Api(node.api(), rotated.get("key").textValue())
                            .get("/partner/keys")
                            .statusCode())
                    .isEqualTo(200);

            assertThat(soon(node, admin, requestId(refused)).get("code").textValue())
                    .isEqualTo("SCOPE_INSUFFICIENT");
            assertThat(soon(node, admin, requestId(stranger)).get("key_prefix").isNull())
                    .isTrue();
            JsonNode days = Api.data(admin.get("/admin/analytics")).get("days");
            assertThat(days).isNotEmpty();
            long before = days.get(days.size() - 1).get("transactions").longValue();

            // When the node stops right behind its last answers
            List<String> purchases = new ArrayList<>();
            for (int i = 0; i < PURCHASES; i++) {
                purchases.add(requestId(partner.post("/partner/transactions/purchase", "audit-" + i, demo.toString())));
            }
            JsonNode today = Api.data(admin.get("/admin/analytics")).get("days");
            assertThat(today.get(today.size() - 1).get("transactions").longValue())
                    .isEqualTo(before + PURCHASES);
            assertThat(node.stop()).isZero();

            assertThat(verify(data).exitCode()).isZero();
            try (RunningNode again = RunningNode.start(data, "up")) {
                List<String> noted = column(
                        again,
                        "SELECT request_id FROM audit.v_audit WHERE action = 'points.purchase' ORDER BY sequence");
                assertThat(noted).containsAll(purchases);
                assertThat(column(again, "SELECT a::text FROM audit.v_audit a"))
                        .noneMatch(row -> row.contains("@") || row.matches("(?s).*rl_[a-z]+_[0-9A-Za-z]{9}.*"));
                tamper(again);
            }
        }
        Shell.Outcome found = verify(data);
        assertThat(found.exitCode()).as(found.said()).isEqualTo(1);
        assertThat(found.said()).contains("row 3 ", "is not what was written");
    }

    private Shell.Outcome verify(Path data) throws Exception {
        return Shell.run(directory, RunningNode.environment(data), RunningNode.command("verify-audit"));
    }

    private static JsonNode soon(RunningNode node, Api admin, String requestId) throws Exception {
        var found = new ArrayList<JsonNode>();
        node.waitFor(FRESH, () -> {
            try {
                JsonNode rows = Api.data(admin.get("/admin/audit?request_id=" + requestId));
                rows.forEach(found::add);
                return !found.isEmpty();
            } catch (IOException e) {
                return false;
            }
        });
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static String requestId(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Request-Id").orElseThrow();
    }

    private Api admin(RunningNode node) throws Exception {
        Shell.Outcome made = Shell.run(
                directory,
                RunningNode.environment(directory.resolve("data")),
                RunningNode.command("keys", "create-admin"));
        return new Api(node.api(), made.said().strip().lines().toList().getLast());
    }

    private Api partner(RunningNode node) throws Exception {
        String key = Shell.words(directory, node.curls().get(0)).stream()
                .filter(word -> word.startsWith("X-Agent-Key: "))
                .findFirst()
                .orElseThrow()
                .substring("X-Agent-Key: ".length());
        return new Api(node.api(), key);
    }

    private static void tamper(RunningNode node) throws Exception {
        try (Connection connection = connection(node);
                var statement = connection.createStatement()) {
            var unused = statement.execute("ALTER TABLE keys.audit DISABLE TRIGGER audit_is_final;"
                    + " UPDATE keys.audit SET status = 200 WHERE sequence = 3 AND partner_id IS NOT NULL;"
                    + " ALTER TABLE keys.audit ENABLE TRIGGER audit_is_final");
        }
    }

    private static List<String> column(RunningNode node, String sql) throws Exception {
        List<String> values = new ArrayList<>();
        try (Connection connection = connection(node);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static Connection connection(RunningNode node) throws IOException, SQLException {
        var login = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        return DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password());
    }
}
