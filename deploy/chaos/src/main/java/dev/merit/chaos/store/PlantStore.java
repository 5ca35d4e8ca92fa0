package dev.merit.chaos.store;

import dev.merit.chaos.plan.Plant;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Puts mistakes into the database of a run; nothing of it is ever done unless a run is asked to. */
public final class PlantStore {
    private static final String KEYS_OF_NODE = """
            CREATE TABLE platform.idempotenc%1$d (LIKE platform.idempotency INCLUDING ALL);
            GRANT SELECT, INSERT, UPDATE, DELETE ON platform.idempotenc%1$d TO merit_app
            """;

    private static final String COUNTERS_OF_NODE = """
            CREATE TABLE vouchers.voucher_counte%1$d (LIKE vouchers.voucher_counter INCLUDING ALL);
            CREATE TABLE vouchers.member_us%1$d (LIKE vouchers.member_use INCLUDING ALL);
            GRANT SELECT, INSERT, UPDATE ON vouchers.voucher_counte%1$d, vouchers.member_us%1$d TO merit_app
            """;

    private static final String COPY_COUNTERS = """
            INSERT INTO vouchers.voucher_counte%d (partner_id, voucher_id, times_used, max_uses_total)
            SELECT partner_id, voucher_id, times_used, max_uses_total FROM vouchers.voucher_counte1
            """;

    /** Some commits are late; whoever finds at its commit that a later number is published already, is passed over. */
    private static final String SKIP_LATE_COMMITS = """
            CREATE FUNCTION platform.pass_over() RETURNS trigger LANGUAGE plpgsql AS
            $$
            BEGIN
                IF random() < 0.1 THEN
                    PERFORM pg_sleep(random());
                END IF;
                IF EXISTS (SELECT FROM platform.outbox o
                            WHERE o.slice = NEW.slice AND o.id > NEW.id AND o.published_at IS NOT NULL) THEN
                    UPDATE platform.outbox SET published_at = now() WHERE id = NEW.id;
                END IF;
                RETURN NULL;
            END
            $$;
            CREATE CONSTRAINT TRIGGER pass_over AFTER INSERT ON platform.outbox
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION platform.pass_over()
            """;

    /** Without the lock the primary keys would still refuse the second of two equal numbers: they give way. */
    private static final String DROP_SECOND_GUARD = """
            ALTER TABLE ledger.entry DROP CONSTRAINT entry_pkey;
            CREATE INDEX entry_of_account ON ledger.entry (partner_id, member_id, card_id, account_sequence);
            ALTER TABLE ledger.allocation DROP CONSTRAINT allocation_pkey;
            CREATE FUNCTION ledger.give_way() RETURNS trigger LANGUAGE plpgsql AS
            $$
            BEGIN
                IF NEW.remaining = NEW.points AND EXISTS (
                       SELECT FROM ledger.lot l
                        WHERE l.partner_id = NEW.partner_id AND l.member_id = NEW.member_id
                          AND l.card_id = NEW.card_id AND l.account_sequence = NEW.account_sequence) THEN
                    RETURN NULL;
                END IF;
                RETURN NEW;
            END
            $$;
            CREATE TRIGGER give_way BEFORE INSERT ON ledger.lot FOR EACH ROW EXECUTE FUNCTION ledger.give_way()
            """;

    private PlantStore() {}

    /** On a migrated database that no node uses yet. */
    public static void prepare(String jdbcUrl, Plant plant, int nodes) throws SQLException {
        switch (plant) {
            case KEYS_IN_MEMORY -> eachNode(jdbcUrl, KEYS_OF_NODE, 1, nodes);
            case LIMIT_PER_NODE -> eachNode(jdbcUrl, COUNTERS_OF_NODE, 1, nodes);
            case NAIVE_POLLER -> execute(jdbcUrl, SKIP_LATE_COMMITS);
            case MISSING_LOCK -> execute(jdbcUrl, DROP_SECOND_GUARD);
            case NONE, EARLY_ACKNOWLEDGEMENT -> {
                // Nothing in the database is changed.
            }
        }
    }

    /** When the shops are open, which the first node did. */
    public static void opened(String jdbcUrl, Plant plant, int nodes) throws SQLException {
        if (plant == Plant.LIMIT_PER_NODE) {
            eachNode(jdbcUrl, COPY_COUNTERS, 2, nodes);
        } else if (plant == Plant.EARLY_ACKNOWLEDGEMENT) {
            // The shops themselves are to survive.
            execute(jdbcUrl, "CHECKPOINT");
        }
    }

    private static void eachNode(String jdbcUrl, String statement, int first, int last) throws SQLException {
        for (int node = first; node <= last; node++) {
            execute(jdbcUrl, statement.formatted(node));
        }
    }

    private static void execute(String jdbcUrl, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
