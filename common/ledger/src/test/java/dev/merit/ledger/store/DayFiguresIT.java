package dev.merit.ledger.store;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.PartnerId;
import dev.merit.ledger.store.DayFigures.DayFigure;
import dev.merit.ledger.store.DayFigures.Days;
import dev.merit.ledger.store.DayFigures.Look;
import dev.merit.ledger.store.DayFigures.OpenDay;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DayFiguresIT {
    private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);
    private static final LocalDate SECOND = LocalDate.of(2026, 3, 2);
    private static final Days MARCH = new Days(FIRST, LocalDate.of(2026, 3, 31));
    private static final int MANY = 10_000;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final DayFigures figures = new DayFigures();
    private final AtomicInteger sequence = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @BeforeAll
    void open() {
        database = POSTGRES.open(vertx);
    }

    @AfterAll
    void close() {
        get(database.close());
        get(vertx.close());
    }

    @BeforeEach
    void empty() {
        POSTGRES.execute("BEGIN; ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final; DELETE FROM ledger.entry;"
                + " ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final;"
                + " DELETE FROM ledger.day_total; DELETE FROM ledger.day_close; COMMIT");
    }

    // Every kind of entry counts for exactly what the document says.
    @Test
    void countsEachKindOfEntryForWhatItIs() {
        PartnerId partner = partner();
        book(partner, 1, "staff_credited_points_for_purchase", 100, "2026-03-01T00:00:00Z");
        book(partner, 1, "initial_bonus_points", 50, "2026-03-01T08:00:00Z");
        book(partner, 1, "stamp_card_reward_points", 20, "2026-03-01T08:00:00Z");
        book(partner, 1, "voucher_bonus_points", 10, "2026-03-01T08:00:00Z");
        book(partner, 2, "staff_adjusted_points", 5, "2026-03-01T08:00:00Z");
        book(partner, 2, "staff_adjusted_points", -3, "2026-03-01T08:00:00Z");
        book(partner, 1, "staff_reversed_purchase", -40, "2026-03-01T08:00:00Z");
        book(partner, 1, "staff_redeemed_points_for_reward", -60, "2026-03-01T08:00:00Z");
        book(partner, 1, "staff_reversed_redemption", 25, "2026-03-01T08:00:00Z");
        book(partner, 3, "system_expired_points", -7, "2026-03-01T23:59:59.999Z");

        assertThat(sum(partner)).containsExactly(new DayFigure(partner, FIRST, 10, 145, 35, 7, 2));
        closeAll();
        assertThat(sum(partner)).containsExactly(new DayFigure(partner, FIRST, 10, 145, 35, 7, 2));
    }

    // A day belongs to UTC, whatever the server's time zone, and its bounds to one day each.
    @Test
    void cutsDaysAtMidnight() {
        PartnerId partner = partner();
        purchase(partner, 1, "2026-02-28T23:59:59.999Z");
        purchase(partner, 1, "2026-03-01T00:00:00Z");
        purchase(partner, 2, "2026-03-01T23:59:59.999Z");
        purchase(partner, 1, "2026-03-02T00:00:00Z");

        List<DayFigure> expected =
                List.of(new DayFigure(partner, FIRST, 2, 2, 0, 0, 2), new DayFigure(partner, SECOND, 1, 1, 0, 0, 1));
        assertThat(sum(partner)).isEqualTo(expected);
        closeAll();
        assertThat(sum(partner)).isEqualTo(expected);
        assertThat(get(figures.sumDays(database.pool(), partner, new Days(SECOND, SECOND), MANY)))
                .isEqualTo(expected.subList(1, 2));
    }

    @Test
    void listsAllPartnersOldestDayFirst() {
        PartnerId one = new PartnerId(new UUID(1, 1));
        PartnerId two = new PartnerId(new UUID(-1, 2));
        purchase(two, 1, "2026-03-01T08:00:00Z");
        purchase(one, 1, "2026-03-02T08:00:00Z");
        purchase(two, 1, "2026-03-02T08:00:00Z");
        closeFirst();
        List<DayFigure> expected = List.of(
                new DayFigure(two, FIRST, 1, 1, 0, 0, 1),
                new DayFigure(one, SECOND, 1, 1, 0, 0, 1),
                new DayFigure(two, SECOND, 1, 1, 0, 0, 1));

        assertThat(sum(null)).isEqualTo(expected);
        assertThat(get(figures.sumDays(database.pool(), null, MARCH, 2))).isEqualTo(expected.subList(0, 2));
        closeAll();
        assertThat(sum(null)).isEqualTo(expected);
    }

    // Today and a day that ended less than an hour ago may still get entries that took their time before midnight.
    @Test
    void leavesADayAloneForAnHour() {
        PartnerId partner = partner();
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        purchase(partner, 1, now.toString());
        assertThat(look(null, 10).open()).isEmpty();

        Instant yesterday = now.minusSeconds(26 * 3_600);
        purchase(partner, 1, yesterday.toString());
        assertThat(look(null, 10).open())
                .containsExactly(new OpenDay(partner, LocalDate.ofInstant(yesterday, ZoneOffset.UTC)));
        closeAll();

        assertThat(look(null, 10).open()).isEmpty();
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.day_total")).isEqualTo(1);
    }

    @Test
    void goesRoundAllPartnersInPieces() {
        List<PartnerId> partners = IntStream.range(1, 6)
                .mapToObj(i -> new PartnerId(new UUID(0, i)))
                .toList();
        partners.forEach(partner -> purchase(partner, 1, "2026-03-01T08:00:00Z"));

        Look first = look(null, 2);
        Look second = look(first.last(), 2);
        Look third = look(second.last(), 2);

        assertThat(Stream.of(first, second, third)
                        .flatMap(look -> look.open().stream())
                        .map(OpenDay::partner))
                .isEqualTo(partners);
        assertThat(first.last()).isEqualTo(partners.get(1));
        assertThat(third.last()).isNull();
    }

    // Two nodes close the same day at once, and somebody asks meanwhile: it is there once, always.
    @Test
    void showsEveryDayOnceWhileItIsBeingClosed() {
        PartnerId partner = partner();
        for (int day = 1; day <= 20; day++) {
            purchase(partner, 1, "2026-03-%02dT08:00:00Z".formatted(day));
        }
        List<DayFigure> before = sum(partner);

        for (int day = 1; day <= 20; day++) {
            OpenDay open = new OpenDay(partner, FIRST.plusDays(day - 1L));
            var asked = List.of(
                    figures.sumDays(database.pool(), partner, MARCH, MANY),
                    figures.closeDay(database.pool(), open),
                    figures.sumDays(database.pool(), partner, MARCH, MANY),
                    figures.closeDay(database.pool(), open),
                    figures.sumDays(database.pool(), null, MARCH, MANY));
            get(Future.join(asked).<Void>mapEmpty());
            assertThat(List.of(
                            asked.get(0).result(),
                            asked.get(2).result(),
                            asked.get(4).result()))
                    .isEqualTo(List.of(before, before, before));
        }
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.day_total")).isEqualTo(20);
    }

    // A year of closed days must not be read again, however many entries it had.
    @Test
    void readsNoEntryOfAClosedDay() {
        PartnerId partner = partner();
        for (int i = 0; i < 50; i++) {
            purchase(partner, i, "2026-03-01T08:00:00Z");
        }
        purchase(partner, 1, "2026-03-02T08:00:00Z");
        closeFirst();
        POSTGRES.execute("ANALYZE ledger.entry");

        for (String plan : StatementRules.run(
                POSTGRES,
                DayFigures.class,
                "SUM_OF_PARTNER",
                "'2026-03-01'",
                "'2026-03-31'",
                "'" + Uuids.floor(Instant.parse("2026-03-01T00:00:00Z")) + "'",
                "'" + Uuids.floor(Instant.parse("2026-04-01T00:00:00Z")) + "'",
                "'" + partner + "'",
                "100")) {
            assertThat(plan).containsPattern("on entry \\(actual rows=1\\.00").doesNotContain("actual rows=50");
        }
    }

    private void closeFirst() {
        look(null, MANY).open().forEach(day -> get(figures.closeDay(database.pool(), day)));
    }

    private void closeAll() {
        while (!look(null, MANY).open().isEmpty()) {
            closeFirst();
        }
    }

    private Look look(@Nullable PartnerId after, int partners) {
        return get(figures.listOpen(database.pool(), after, partners));
    }

    private List<DayFigure> sum(@Nullable PartnerId partner) {
        return get(figures.sumDays(database.pool(), partner, MARCH, MANY));
    }

    private static PartnerId partner() {
        return new PartnerId(UUID.randomUUID());
    }

    private void purchase(PartnerId partner, int member, String at) {
        book(partner, member, "staff_credited_points_for_purchase", 1, at);
    }

    private void book(PartnerId partner, int member, String event, long points, String at) {
        POSTGRES.execute("""
                INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, event, points,
                                          balance_after, attributed_to, request_id, occurred_at, created_at,
                                          reverses, purchase_amount)
                VALUES ('%s', '%s', '%s', %d, '%s', '%s', %d, 0, 'System', 'test', '%s', '%s', %s, 1)
                """.formatted(
                        partner,
                        new UUID(2, member),
                        new UUID(3, 3),
                        sequence.incrementAndGet(),
                        Uuids.at(Instant.parse(at)),
                        event,
                        points,
                        at,
                        at,
                        event.startsWith("staff_reversed") ? "gen_random_uuid()" : "NULL"));
    }
}
