package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.platform.pg.DatabaseOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Proves the ledger of a running node, from the shell, as an operator would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class VerifyLedgerIT {
    private final Path directory;

    @SuppressWarnings("NullAway.Init")
    private RunningNode node;

    @SuppressWarnings("NullAway.Init")
    private JsonNode purchase;

    VerifyLedgerIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    void start() throws Exception {
        node = RunningNode.start(directory.resolve("data"), "up", "--demo");
        purchase = Api.json(Shell.words(directory, node.curls().getFirst()).getLast());
    }

    @AfterAll
    void stop() throws Exception {
        // Stopped before it is closed: what a test wrote to its topic is no event, and nobody is to judge it as one.
        var unused = node.stop();
        node.close();
    }

    @Test
    @Order(1)
    void findsNothingAndSaysHowMuchItRead() throws Exception {
        Shell.Outcome outcome = verify();

        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
        assertThat(outcome.said()).contains("No difference in ").contains(" events, 0 of them repeats read");
    }

    // Breaks when the topic and the database are not compared with each other, but each with itself.
    @Test
    @Order(2)
    void noticesABalanceThatWasRaisedInEveryTable() throws Exception {
        String member = purchase.get("member_identifier").textValue();
        String account = " WHERE member_id = '" + member + "' AND card_id = '"
                + purchase.get("card_id").textValue() + "'";
        String where = account + " AND account_sequence = 1";
        execute("ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final");
        execute("UPDATE ledger.entry SET points = points + 7" + where);
        execute("UPDATE ledger.entry SET balance_after = balance_after + 7" + account);
        execute("UPDATE ledger.account SET balance = balance + 7, lifetime = lifetime + 7" + account);
        execute("UPDATE ledger.lot SET points = points + 7, remaining = remaining + 7" + where);
        try {
            Shell.Outcome outcome = verify();

            assertThat(outcome.exitCode()).as(outcome.said()).isEqualTo(1);
            assertThat(outcome.said()).contains("member " + member).contains("the topic gives the balance");
            Shell.Outcome inDatabase = verify("--database-only");
            assertThat(inDatabase.exitCode()).as(inDatabase.said()).isZero();
        } finally {
            execute("UPDATE ledger.entry SET points = points - 7" + where);
            execute("UPDATE ledger.entry SET balance_after = balance_after - 7" + account);
            execute("UPDATE ledger.account SET balance = balance - 7, lifetime = lifetime - 7" + account);
            execute("UPDATE ledger.lot SET remaining = remaining - 7, points = points - 7" + where);
            execute("ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final");
        }
    }

    // Breaks when somebody who writes to the topic can make a consumer believe in points that nobody earned.
    @Test
    @Order(3)
    void noticesEventsThatNobodyBooked() throws Exception {
        String stranger = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e99";
        String known = purchase.get("member_identifier").textValue();
        forge(stranger, stranger, 1);
        forge(known, "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e98", 1);
        forge(known, "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e97", 1_000);

        Shell.Outcome outcome = verify();

        assertThat(outcome.exitCode()).as(outcome.said()).isEqualTo(1);
        assertThat(outcome.said())
                .contains("3 differences", "member " + stranger, "member " + known)
                .contains("0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e98, and the ledger has no such entry")
                .contains("0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e97, and the ledger has no such entry");
    }

    private void forge(String member, String id, long sequence) throws Exception {
        String servers = node.description().get("kafka_bootstrap_servers").textValue();
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("partner_id", partner())
                .put("member_id", member)
                .put("card_id", purchase.get("card_id").textValue())
                .put("account_sequence", sequence)
                .put("points", 1_000)
                .put("balance_after", 1_000);
        Map<String, Object> settings = Map.of("bootstrap.servers", servers);
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var unused = producer.send(new ProducerRecord<>("merit.transactions", member, event.toString()))
                    .get();
        }
    }

    private String partner() throws Exception {
        var options = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        try (Connection connection =
                        DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT partner_id FROM audit.v_balance LIMIT 1")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private Shell.Outcome verify(String... options) throws Exception {
        String[] words = new String[options.length + 1];
        words[0] = "verify-ledger";
        System.arraycopy(options, 0, words, 1, options.length);
        return Shell.run(directory, RunningNode.environment(directory.resolve("data")), RunningNode.command(words));
    }

    private void execute(String sql) throws Exception {
        var options = new DatabaseOptions(node.description().get("database_url").textValue(), null, null, 1);
        try (Connection connection =
                        DriverManager.getConnection(options.jdbcUrl(), options.user(), options.password());
                var statement = connection.createStatement()) {
            var unused = statement.execute(sql);
        }
    }
}
