package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.Day;
import dev.merit.contracts.points.PointsRequest.ListDays;
import dev.merit.platform.pg.Database;
import dev.merit.points.app.DayClosing;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Days over the bus, and how they are closed. */
class DaysIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    // Fresh: what was answered a moment ago is counted.
    @Test
    void countsWhatWasJustBooked() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 30);
        MemberId member = Nodes.member();
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        buy(card, member, "100");
        buy(card, Nodes.member(), "5");
        var unused = get(nodes.redeem(0, partner, Nodes.of(card, reward, member)));

        assertThat(days(null, null, partner)).containsExactly(new Day(today, partner, 3, 105, 30, 0, 2));
        assertThat(days(today, today, null)).contains(new Day(today, partner, 3, 105, 30, 0, 2));
        assertThat(days(today.plusDays(1), today.plusDays(2), partner)).isEmpty();
    }

    @Test
    void answersAtMostNinetyTwoDays() {
        LocalDate day = LocalDate.of(2026, 1, 1);

        assertThat(days(day, day.plusDays(91), partner)).isEmpty();
        assertThat(refusal(day, day.plusDays(92)).details().toString()).contains("to=[");
        assertThat(refusal(day, day.minusDays(1)).code()).isEqualTo(Problem.Code.VALIDATION_FAILED);
        assertThat(refusal(LocalDate.MIN.plusDays(40), LocalDate.MAX).code()).isEqualTo(Problem.Code.VALIDATION_FAILED);
    }

    // It must come to rest, and wake when another day is over; a partner that comes later is not forgotten.
    @Test
    void closesEveryDayThatIsOverAndThenRests() {
        Vertx vertx = Vertx.vertx();
        Database database = POSTGRES.open(vertx);
        var daysAhead = new AtomicInteger();
        var closing = new DayClosing(database, InstantSource.system());
        var later = new DayClosing(database, () -> Instant.now().plus(Duration.ofDays(daysAhead.get())));
        try {
            List<PartnerId> partners = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                PartnerId each = Nodes.partner();
                partners.add(each);
                CardId card = nodes.card(each, Nodes.plainCard());
                var unused = get(nodes.purchase(0, each, Nodes.of(card, Nodes.member(), "7"), null));
                backdate(each, 3);
                unused = get(nodes.purchase(0, each, Nodes.of(card, Nodes.member(), "9"), null));
                backdate(each, 2);
            }
            List<Day> before = days(null, null, partners.getFirst());
            assertThat(before).hasSize(2);

            int closed = 0;
            for (int piece = get(later.closeDays()); piece > 0; piece = get(later.closeDays())) {
                closed += piece;
            }

            assertThat(closed).isGreaterThanOrEqualTo(6);
            assertThat(totals(partners)).isEqualTo(6);
            assertThat(days(null, null, partners.getFirst())).isEqualTo(before);
            // At rest it asks nothing: a day that appears now is closed by the next round.
            PartnerId late = Nodes.partner();
            var unused = get(
                    nodes.purchase(0, late, Nodes.of(nodes.card(late, Nodes.plainCard()), Nodes.member(), "7"), null));
            backdate(late, 2);
            assertThat(get(later.closeDays())).isZero();
            daysAhead.set(1);
            assertThat(get(later.closeDays())).isEqualTo(1);
            assertThat(get(closing.closeDays())).isZero();
        } finally {
            get(database.close());
            get(vertx.close());
        }
    }

    private long totals(List<PartnerId> partners) {
        return partners.stream()
                .mapToLong(each ->
                        POSTGRES.count("SELECT count(*) FROM ledger.day_total WHERE partner_id = '" + each + "'"))
                .sum();
    }

    /** Moves today's entries of a partner to an earlier day, as nobody else may. */
    private static void backdate(PartnerId partner, int days) {
        POSTGRES.execute("""
                BEGIN;
                ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final;
                UPDATE ledger.entry
                   SET created_at = created_at - %1$d * interval '1 day',
                       entry_id = (lpad(to_hex((extract(epoch FROM created_at - %1$d * interval '1 day') * 1000)::bigint), 12, '0')
                                   || substr(replace(entry_id::text, '-', ''), 13))::uuid
                 WHERE partner_id = '%2$s' AND created_at > now() - interval '1 day';
                ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final;
                COMMIT
                """.formatted(days, partner));
    }

    private void buy(CardId card, MemberId member, String amount) {
        var unused = get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null));
    }

    private static List<Day> days(@Nullable LocalDate from, @Nullable LocalDate to, @Nullable PartnerId partner) {
        return get(nodes.bus(0).ask(new ListDays(from, to, partner))).days();
    }

    private Problem refusal(LocalDate from, LocalDate to) {
        return ((ProblemException) Eventually.failure(nodes.bus(0).ask(new ListDays(from, to, partner)))).problem();
    }
}
