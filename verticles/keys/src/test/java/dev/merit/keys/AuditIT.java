package dev.merit.keys;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.AuditFilter;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.contracts.keys.KeysRequest.AuditRowPage;
import dev.merit.contracts.keys.KeysRequest.ListAudit;
import dev.merit.keys.app.AuditVerification;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditIT {
    private static final Paging FIRST = new Paging(1, 100, null);

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();

    @SuppressWarnings("NullAway.Init")
    private KeysHouse house;

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @BeforeAll
    void open() {
        house = new KeysHouse(POSTGRES);
        database = POSTGRES.open(vertx);
    }

    @AfterAll
    void close() {
        house.close();
        get(database.close());
        get(vertx.close());
    }

    // A node that got no answer in time sends the same rows again, perhaps while the first are still being written.
    @Test
    void keepsEachRowOnceHoweverOftenItIsSent() {
        PartnerId partner = partner();
        List<AuditRow> rows = rows(partner, 20);

        var sent = IntStream.range(0, 10)
                .mapToObj(i -> house.bus.ask(new AppendAudit(rows.subList(0, 2 * (i + 1)))))
                .toList();
        get(Future.join(sent).<Void>mapEmpty());

        assertThat(list(of(partner)).items())
                .containsExactlyInAnyOrderElementsOf(rows)
                .isSortedAccordingTo((a, b) -> b.id().toString().compareTo(a.id().toString()));
        assertWhole();
    }

    // Nodes write at once: without the lock on the end of a chain two rows would follow the same one.
    @Test
    void chainsTheRowsOfManyNodes() {
        List<PartnerId> partners = List.of(partner(), partner(), partner());
        List<Future<?>> sent = new ArrayList<>();
        for (int batch = 0; batch < 40; batch++) {
            var rows = new ArrayList<AuditRow>();
            // In both orders, as the rows of two nodes come.
            for (PartnerId partner : batch % 2 == 0 ? partners : partners.reversed()) {
                rows.addAll(rows(partner, 5));
            }
            rows.add(stranger());
            sent.add(house.bus.ask(new AppendAudit(rows)));
        }
        get(Future.join(sent).<Void>mapEmpty());

        for (PartnerId partner : partners) {
            assertThat(POSTGRES.query("SELECT string_agg(sequence::text, ' ' ORDER BY sequence) FROM audit.v_audit"
                            + " WHERE chain = '" + partner + "'"))
                    .containsExactly(String.join(
                            " ",
                            IntStream.rangeClosed(1, 200)
                                    .mapToObj(Integer::toString)
                                    .toList()));
        }
        assertWhole();
    }

    @Test
    void findsRowsByEachFilter() {
        PartnerId partner = partner();
        AuditRow purchase = row(partner, "points.purchase", 201, "morning", Instant.parse("2026-05-01T08:00:00Z"));
        AuditRow refused = row(partner, "points.redeem", 403, "noon", Instant.parse("2026-05-02T12:00:00Z"));
        AuditRow evening = row(partner, "points.purchase", 201, "evening", Instant.parse("2026-05-03T23:59:59Z"));
        AuditRow other = row(partner(), "points.purchase", 201, "noon", Instant.parse("2026-05-02T12:00:01Z"));
        house.given(new AppendAudit(List.of(purchase, refused, evening, other)));

        assertThat(list(of(partner)).items()).containsExactly(evening, refused, purchase);
        assertThat(list(new AuditFilter(partner, null, "points.purchase", null, null, null, null, null))
                        .items())
                .containsExactly(evening, purchase);
        assertThat(list(new AuditFilter(partner, Role.PARTNER, null, refused.keyPrefix(), 403, null, null, null))
                        .items())
                .containsExactly(refused);
        assertThat(list(new AuditFilter(partner, Role.ADMIN, null, null, null, null, null, null))
                        .items())
                .isEmpty();
        assertThat(list(new AuditFilter(null, null, null, null, null, "noon", null, null))
                        .items())
                .containsExactly(other, refused);
        assertThat(list(new AuditFilter(partner, null, null, null, 403, "noon", null, null))
                        .items())
                .containsExactly(refused);
        LocalDate second = LocalDate.of(2026, 5, 2);
        assertThat(list(new AuditFilter(null, null, null, null, null, null, second, second))
                        .items())
                .containsExactly(other, refused);
        assertThat(list(new AuditFilter(partner, null, null, null, null, null, second, null))
                        .items())
                .containsExactly(evening, refused);
    }

    @Test
    void walksThroughAllByCursor() {
        PartnerId partner = partner();
        List<AuditRow> rows = rows(partner, 25);
        house.given(new AppendAudit(rows));

        var seen = new ArrayList<AuditRow>();
        AuditRowPage page = get(house.bus.ask(new ListAudit(of(partner), new Paging(1, 10, null))));
        assertThat(page.pagination().total()).isEqualTo(25);
        seen.addAll(page.items());
        while (page.pagination().nextCursor() != null) {
            page = get(house.bus.ask(new ListAudit(
                    of(partner), new Paging(1, 10, page.pagination().nextCursor()))));
            assertThat(page.pagination().total()).isNull();
            seen.addAll(page.items());
        }

        assertThat(seen).isEqualTo(rows.reversed());
        assertThat(Refusals.of(house.bus.ask(new ListAudit(of(partner), new Paging(1, 10, "nonsense"))))
                        .code())
                .isEqualTo(Problem.Code.VALIDATION_FAILED);
    }

    // A filter that no index serves must not read years: it says where to go on instead.
    @Test
    void looksThroughSoManyRowsAtOnceAndGoesOnBehindThem() {
        PartnerId partner = partner();
        AuditRow rare = row(partner, "keys.rotateKey", 201, "rare", Instant.parse("2020-01-01T00:00:00Z"));
        house.given(new AppendAudit(List.of(rare)));
        POSTGRES.execute("ALTER TABLE keys.audit DISABLE TRIGGER audit_is_final");
        POSTGRES.execute("INSERT INTO keys.audit (chain, sequence, id, at, partner_id, action, status, request_id,"
                + " replayed, hash) SELECT '" + partner + "', n + 1,"
                + " ('0170' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid, now(), '" + partner + "',"
                + " 'points.purchase', 201, 'many', false, decode(repeat('00', 32), 'hex')"
                + " FROM generate_series(1, 100001) AS n");
        var filter = new AuditFilter(partner, null, "keys.rotateKey", null, null, null, null, null);

        AuditRowPage page = list(filter);
        assertThat(page.items()).isEmpty();
        assertThat(page.pagination().totalCapped()).isTrue();
        String cursor = page.pagination().nextCursor();
        AuditRowPage next = get(house.bus.ask(new ListAudit(filter, new Paging(1, 100, cursor))));
        POSTGRES.execute("DELETE FROM keys.audit WHERE chain = '" + partner + "' AND sequence > 1");
        POSTGRES.execute("ALTER TABLE keys.audit ENABLE TRIGGER audit_is_final");

        assertThat(next.items()).containsExactly(rare);
        assertThat(next.pagination().nextCursor()).isNull();
    }

    /** Each is a way to change history, by somebody who may do everything; the verifier names the first bad row. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "row 4 | UPDATE keys.audit SET status = 200 WHERE chain = $ AND sequence = 4",
                "row 4 | UPDATE keys.audit SET at = at + interval '1 microsecond' WHERE chain = $ AND sequence = 4",
                "row 4 | UPDATE keys.audit SET code = 'CONFLICT' WHERE chain = $ AND sequence = 4",
                "row 6 | DELETE FROM keys.audit WHERE chain = $ AND sequence = 6",
                "row 9 | DELETE FROM keys.audit WHERE chain = $ AND sequence > 8",
                "row 1 | DELETE FROM keys.audit WHERE chain = $",
                "row 2 | UPDATE keys.audit SET sequence = -sequence + 20 WHERE chain = $ AND sequence IN (2, 7);"
                        + " UPDATE keys.audit SET sequence = CASE sequence WHEN 18 THEN 7 ELSE 2 END"
                        + " WHERE chain = $ AND sequence > 10",
                "row 1 | DELETE FROM keys.audit_head WHERE chain = $",
                "row 10 | UPDATE keys.audit_head SET sequence = 9 WHERE chain = $",
                "row 10 | UPDATE keys.audit_head SET hash = decode(repeat('11', 32), 'hex') WHERE chain = $",
            })
    void findsTampering(String place, String sql) {
        PartnerId partner = partner();
        house.given(new AppendAudit(rows(partner, 10)));
        assertWhole();

        POSTGRES.execute("BEGIN; ALTER TABLE keys.audit DISABLE TRIGGER audit_is_final; "
                + sql.replace("$", "'" + partner + "'")
                + "; ALTER TABLE keys.audit ENABLE TRIGGER audit_is_final; COMMIT");
        List<String> breaks = get(new AuditVerification(database).verify()).breaks();
        POSTGRES.execute("BEGIN; ALTER TABLE keys.audit DISABLE TRIGGER audit_is_final;"
                + " DELETE FROM keys.audit WHERE chain = $; DELETE FROM keys.audit_head WHERE chain = $;"
                        .replace("$", "'" + partner + "'")
                + " ALTER TABLE keys.audit ENABLE TRIGGER audit_is_final; COMMIT");

        assertThat(breaks).hasSize(1).first().asString().contains(partner.toString(), place + " ");
    }

    // The application may add rows; nobody may change one, not even the table's owner while the trigger is on.
    @Test
    void letsNobodyChangeARow() {
        PartnerId partner = partner();
        house.given(new AppendAudit(rows(partner, 1)));

        for (String change :
                List.of("UPDATE keys.audit SET status = 200", "DELETE FROM keys.audit", "TRUNCATE keys.audit")) {
            assertThatThrownBy(() -> POSTGRES.execute("SET ROLE merit_app; " + change))
                    .rootCause()
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> POSTGRES.execute(change))
                    .rootCause()
                    .hasMessageContaining("never changed or deleted");
        }
    }

    private void assertWhole() {
        var outcome = get(new AuditVerification(database).verify());
        assertThat(outcome.breaks()).isEmpty();
        assertThat(outcome.rows()).isEqualTo(POSTGRES.count("SELECT count(*) FROM keys.audit"));
    }

    private AuditRowPage list(AuditFilter filter) {
        return get(house.bus.ask(new ListAudit(filter, FIRST)));
    }

    private static AuditFilter of(PartnerId partner) {
        return new AuditFilter(partner, null, null, null, null, null, null, null);
    }

    private static PartnerId partner() {
        return new PartnerId(UUID.randomUUID());
    }

    private static List<AuditRow> rows(PartnerId partner, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> row(partner, "points.purchase", 201, "request-" + i, null))
                .toList();
    }

    private static AuditRow row(PartnerId partner, String action, int status, String requestId, @Nullable Instant at) {
        Instant time = at == null ? Instant.now().truncatedTo(ChronoUnit.MICROS) : at;
        return new AuditRow(
                at == null ? Uuids.next() : Uuids.at(at),
                time,
                partner,
                Role.PARTNER,
                new KeyId(UUID.randomUUID()),
                "rl_agent_" + requestId,
                action,
                UUID.randomUUID(),
                status,
                status < 400 ? null : "SCOPE_INSUFFICIENT",
                requestId,
                false);
    }

    private static AuditRow stranger() {
        return new AuditRow(
                Uuids.next(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                null,
                null,
                null,
                null,
                "GET /partner/*",
                null,
                401,
                "AUTH_INVALID_KEY",
                "stranger",
                false);
    }
}
