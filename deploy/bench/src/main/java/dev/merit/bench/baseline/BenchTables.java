package dev.merit.bench.baseline;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** The baselines' own tables: Merit's, less all that their purchase does not need. */
public final class BenchTables {
    static final UUID PARTNER = new UUID(1, 1);
    public static final UUID CARD = new UUID(1, 2);
    public static final String KEY = "a-tills-key";
    static final String NOTE = "purchase at till";

    private static final String CREATE = """
            CREATE SCHEMA bench;
            CREATE TABLE bench.api_key (
                hash       bytea  NOT NULL PRIMARY KEY,
                partner_id uuid   NOT NULL,
                scopes     text[] NOT NULL,
                revoked_at timestamptz);
            CREATE TABLE bench.card (
                partner_id      uuid   NOT NULL,
                card_id         uuid   NOT NULL,
                points_per_unit bigint NOT NULL,
                PRIMARY KEY (partner_id, card_id));
            CREATE TABLE bench.member (
                id    uuid NOT NULL PRIMARY KEY,
                email text NOT NULL UNIQUE);
            CREATE TABLE bench.account (
                partner_id  uuid   NOT NULL,
                member_id   uuid   NOT NULL,
                card_id     uuid   NOT NULL,
                balance     bigint NOT NULL CHECK (balance >= 0),
                lifetime    bigint NOT NULL,
                entry_count bigint NOT NULL,
                updated_at  timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (partner_id, member_id, card_id)) WITH (fillfactor = 70);
            CREATE TABLE bench.entry (
                partner_id       uuid     NOT NULL,
                member_id        uuid     NOT NULL,
                card_id          uuid     NOT NULL,
                account_sequence bigint   NOT NULL,
                entry_id         uuid     NOT NULL,
                operation_id     uuid     NOT NULL,
                event            smallint NOT NULL,
                points           bigint   NOT NULL,
                balance_after    bigint   NOT NULL,
                purchase_amount  numeric  NOT NULL,
                note             text,
                created_at       timestamptz NOT NULL DEFAULT now(),
                PRIMARY KEY (partner_id, member_id, card_id, account_sequence));
            CREATE UNIQUE INDEX entry_by_id ON bench.entry (partner_id, entry_id);
            CREATE TABLE bench.outbox (
                id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                payload    text   NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE bench.idempotency (
                id         uuid     NOT NULL PRIMARY KEY,
                body_hash  text     NOT NULL,
                status     smallint NOT NULL,
                body       text     NOT NULL,
                created_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE bench.row (
                id     integer NOT NULL PRIMARY KEY,
                points bigint  NOT NULL);
            """;

    private static final String OPEN_SHOP = """
            INSERT INTO bench.api_key VALUES (sha256(?::bytea), ?, '{write:transactions}', NULL)
            """;

    private static final String ADD_CARD = "INSERT INTO bench.card VALUES (?, ?, 10)";

    private static final String ADD_MEMBERS = """
            INSERT INTO bench.member
            SELECT uuidv7(), 'member' || lpad(n::text, 7, '0') || '@bench.example' FROM generate_series(0, ? - 1) n
            """;

    private static final String ADD_ACCOUNTS = "INSERT INTO bench.account SELECT ?, id, ?, 0, 0, 0 FROM bench.member";

    private static final String ADD_ROWS = "INSERT INTO bench.row SELECT n, n FROM generate_series(0, ? - 1) n";

    private static final String COUNT = "SELECT count(*) FROM bench.entry";

    private BenchTables() {}

    public static void create(Connection connection, int members) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
            run(connection, OPEN_SHOP, KEY.getBytes(StandardCharsets.UTF_8), PARTNER);
            run(connection, ADD_CARD, PARTNER, CARD);
            run(connection, ADD_MEMBERS, members);
            run(connection, ADD_ACCOUNTS, PARTNER, CARD);
            run(connection, ADD_ROWS, members);
            // Not those that are still empty: the server would take them for small, and read them from end to end.
            statement.execute("VACUUM ANALYZE bench.member, bench.account, bench.row");
        }
    }

    private static void run(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setObject(index + 1, parameters[index]);
            }
            statement.executeUpdate();
        }
    }

    static String email(int member) {
        return "member%07d@bench.example".formatted(member);
    }

    public static long countEntries(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(COUNT)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
