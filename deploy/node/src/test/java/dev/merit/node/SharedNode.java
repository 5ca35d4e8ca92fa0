package dev.merit.node;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.platform.pg.DatabaseOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One node without Kafka, for all tests that go through every operation. */
final class SharedNode implements BeforeAllCallback {
    /** One class at a time: some compare all that is stored before and after. */
    static final String LOCK = "the shared node";

    private static final String ADMIN_KEY = KeyFormat.compose(Role.ADMIN, "0123456789abcdefghijklmnopqrstuvwx");

    /** The one webshop whose browsers may ask. */
    static final String SHOP = "https://shop.example";

    private @Nullable Started started;

    @Override
    public void beforeAll(ExtensionContext context) {
        started = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedNode.class))
                .computeIfAbsent("node", key -> Started.start(), Started.class);
    }

    Started get() {
        if (started == null) {
            throw new IllegalStateException("the shared node was not started");
        }
        return started;
    }

    private static final String TABLES = """
            SELECT schemaname || '.' || tablename
              FROM pg_tables
             WHERE schemaname IN ('keys', 'registry', 'points', 'ledger', 'stamps', 'vouchers', 'platform')
               AND tablename NOT LIKE 'flyway%' AND tablename NOT LIKE 'audit%'
               AND tablename NOT IN ('lease', 'card_newcomer', 'card_total')
             ORDER BY 1
            """;

    /** The node and its document. */
    static final class Started implements AutoCloseable {
        final RunningNode node;
        final ApiDocs docs;
        private final Http admin;
        private final Path directory;
        private final Connection sql;

        private Started(Path directory, RunningNode node) throws IOException, SQLException {
            this.directory = directory;
            this.node = node;
            String root = node.api();
            this.docs = new ApiDocs(Api.json(Api.text(root.replace("/v1", "") + "/docs.json")));
            this.sql = connect(node.description().get("database_url").textValue());
            this.admin = new Http(root, ADMIN_KEY);
        }

        /** A tenant with one of everything, for one test class alone. */
        Tenant tenant(String name) {
            return Tenant.make(docs, admin, name);
        }

        static Started start() {
            try {
                Path directory = Files.createTempDirectory("merit-matrix");
                RunningNode node = RunningNode.start(
                        directory.resolve("data"),
                        Map.of(
                                // Many of these tests name members that are not there.
                                "MERIT_LOOKUP_FAILURES_PER_MINUTE", "1000000",
                                "MERIT_KAFKA_BOOTSTRAP_SERVERS", "off",
                                // A busy machine is not a domain that hangs.
                                "MERIT_DISCOVERY_MILLIS", "2000",
                                "MERIT_ADMIN_KEY", ADMIN_KEY,
                                "MERIT_CORS_ORIGINS", SHOP,
                                "MERIT_RATE_LIMIT_MEMBER_DEFAULT", "-1",
                                "MERIT_RATE_LIMIT_MEMBER_CEILING", "-1",
                                "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
                                "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1"),
                        "up");
                return new Started(directory, node);
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /**
         * What is stored, but for what is written behind requests: the audit log, leases, when a key was used, and the
         * totals that the database keeps of accounts.
         */
        String fingerprint() {
            StringBuilder sum = new StringBuilder();
            for (String table : strings(TABLES)) {
                String row = table.equals("keys.api_key") ? "to_jsonb(t) - 'last_used_at'" : "t";
                sum.append(table)
                        .append(strings("SELECT md5(string_agg(h, '' ORDER BY h)) FROM (SELECT md5((" + row
                                + ")::text) AS h FROM " + table + " t) AS hashes"))
                        .append('\n');
            }
            return sum.toString();
        }

        /** The number that a query answers. */
        long count(String query) {
            return Long.parseLong(strings(query).getFirst());
        }

        private List<String> strings(String query) {
            try (var statement = sql.createStatement();
                    ResultSet rows = statement.executeQuery(query)) {
                List<String> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(String.valueOf(rows.getString(1)));
                }
                return found;
            } catch (SQLException e) {
                throw new IllegalStateException(query, e);
            }
        }

        @Override
        public void close() throws IOException, SQLException {
            sql.close();
            node.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Connection connect(String url) throws SQLException {
        var options = new DatabaseOptions(url, null, null, 1);
        return DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
    }
}
