package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.Redeemed;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.points.app.BookingService;
import dev.merit.points.app.ClaimService;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Claims that several want at once, over two nodes on one database. */
class ClaimRacesIT {
    private static final int ROUNDS = 300;
    private static final int TILLS = 20;
    private static final String TOLD_FIRST = "1 merit.claim.claim_submitted";

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init")
    private static Claiming claims;

    private final PartnerId partner = Nodes.partner();
    private final CardId card = nodes.card(partner, Nodes.plainCard());
    private final RewardId reward = nodes.reward(partner, card, 100);

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
        claims = new Claiming(nodes, POSTGRES);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when the claim is read without its lock, or decided outside of the batch that deducts. */
    @Test
    void deductsOnceHoweverManyTillsConfirm() {
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = memberWith("1000");
            ClaimId claim = claims.claimed(member, reward);

            List<Object> outcomes = settle(IntStream.range(0, TILLS)
                    .mapToObj(till -> claims.confirm(till, partner, claim, null))
                    .toList());

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(ConfirmedClaim.class::isInstance)
                    .hasSize(1);
            assertThat(outcomes)
                    .filteredOn(Problem.class::isInstance)
                    .hasSize(TILLS - 1)
                    .allSatisfy(
                            refusal -> assertThat(((Problem) refusal).code()).isEqualTo(Code.CLAIM_NOT_PENDING));
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(900);
            assertThat(claims.told(member)).containsExactly(TOLD_FIRST, "2 merit.claim.claim_confirmed");
        }
    }

    /** Breaks when a key's repeats race each other to the claim. */
    @Test
    void answersManyEqualConfirmationsAlike() {
        for (int round = 0; round < 50; round++) {
            MemberId member = memberWith("1000");
            ClaimId claim = claims.claimed(member, reward);
            Repeat repeat = Nodes.repeat("confirm " + claim, "body");

            List<Object> outcomes = settle(IntStream.range(0, TILLS)
                    .mapToObj(till -> claims.confirm(till, partner, claim, repeat))
                    .toList());

            assertThat(outcomes).hasOnlyElementsOfType(ConfirmedClaim.class);
            assertThat(outcomes.stream().distinct()).hasSize(1);
            assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(900);
        }
    }

    /** Breaks when confirming, rejecting and withdrawing do not take one and the same lock. */
    @Test
    void endsAClaimInOneWayOnly() {
        for (int round = 0; round < 100; round++) {
            MemberId member = memberWith("1000");
            ClaimId claim = claims.claimed(member, reward);
            List<Future<? extends Done<?>>> sent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sent.add(claims.withdraw(i, member, claim));
                sent.add(claims.confirm(i, partner, claim, null));
                sent.add(claims.reject(i, partner, claim, "no"));
            }

            List<Object> outcomes = settle(sent);

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(Problem.class::isInstance)
                    .hasSize(sent.size() - 1)
                    .allSatisfy(
                            refusal -> assertThat(((Problem) refusal).code()).isEqualTo(Code.CLAIM_NOT_PENDING));
            boolean confirmed = outcomes.stream().anyMatch(ConfirmedClaim.class::isInstance);
            boolean withdrawn = outcomes.stream().anyMatch(Deleted.class::isInstance);
            String ended = confirmed ? "confirmed" : withdrawn ? "withdrawn" : "rejected";
            assertThat(get(claims.find(partner, claim)).status()).isEqualTo(ended);
            assertThat(claims.redemptions(member)).isEqualTo(confirmed ? 1 : 0);
            assertThat(claims.told(member)).containsExactly(TOLD_FIRST, "2 merit.claim.claim_" + ended);
        }
    }

    /** Breaks when the sweep and a till may both end one claim, or when two sweeps tell of it twice. */
    @Test
    void endsAClaimOnceWhenItExpiresWhileItIsConfirmed() {
        Vertx vertx = Vertx.vertx();
        try (var sweeper = new Sweeper(vertx)) {
            for (int round = 0; round < 50; round++) {
                MemberId member = memberWith("1000");
                ClaimId claim = claims.claimed(member, reward);
                boolean late = round % 2 == 0;
                POSTGRES.execute("UPDATE points.claim SET expires_at = now() + interval '" + (late ? 0 : 12)
                        + " milliseconds' WHERE claim_id = '" + claim + "'");

                Future<?> swept = Future.all(sweeper.sweep(), sweeper.sweep());
                List<Object> outcomes = settle(IntStream.range(0, TILLS)
                        .mapToObj(till -> claims.confirm(till, partner, claim, null))
                        .toList());
                get(swept.<Object>mapEmpty());
                assertThat(POSTGRES.query("SELECT pg_sleep(0.015)")).hasSize(1);
                get(sweeper.sweep());

                boolean confirmed = outcomes.stream().anyMatch(ConfirmedClaim.class::isInstance);
                String ended = confirmed ? "confirmed" : "expired";
                assertThat(outcomes)
                        .as("round %d", round)
                        .filteredOn(Problem.class::isInstance)
                        .hasSize(confirmed ? TILLS - 1 : TILLS)
                        .allSatisfy(refusal ->
                                assertThat(((Problem) refusal).code()).isEqualTo(Code.CLAIM_NOT_PENDING));
                assertThat(get(claims.find(partner, claim)).status()).isEqualTo(ended);
                assertThat(claims.redemptions(member)).isEqualTo(confirmed ? 1 : 0);
                assertThat(claims.told(member)).containsExactly(TOLD_FIRST, "2 merit.claim.claim_" + ended);
            }
        } finally {
            get(vertx.close());
        }
    }

    /** Breaks when a confirmation and a redemption may spend the same points. */
    @Test
    void spendsABalanceOnceBetweenAClaimAndATill() {
        for (int round = 0; round < 100; round++) {
            MemberId member = memberWith("100");
            ClaimId claim = claims.claimed(member, reward);
            List<Future<? extends Done<?>>> sent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sent.add(nodes.redeem(i, partner, Nodes.of(card, reward, member)));
                sent.add(claims.confirm(i, partner, claim, null));
            }

            List<Object> outcomes = settle(sent);

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(done -> done instanceof Redeemed || done instanceof ConfirmedClaim)
                    .hasSize(1);
            boolean confirmed = outcomes.stream().anyMatch(ConfirmedClaim.class::isInstance);
            assertThat(get(claims.find(partner, claim)).status()).isEqualTo(confirmed ? "confirmed" : "pending");
            assertThat(nodes.balance(partner, member, card).balance()).isZero();
        }
    }

    /** Breaks when nothing stops two first claims from both being added. */
    @Test
    void addsOneClaimHoweverOftenItIsAskedForAtOnce() {
        for (int round = 0; round < 50; round++) {
            MemberId member = memberWith("100");

            List<Object> outcomes = settle(IntStream.range(0, 8)
                    .mapToObj(node -> claims.claim(node, member, reward, null))
                    .toList());

            assertThat(outcomes).hasOnlyElementsOfType(ClaimSubmitted.class);
            assertThat(outcomes.stream().distinct()).hasSize(1);
            assertThat(claims.told(member)).containsExactly(TOLD_FIRST);
        }
    }

    /** What housekeeping does by itself every half minute, now. */
    private static final class Sweeper implements AutoCloseable {
        private final Database database;
        private final ClaimService service;

        Sweeper(Vertx vertx) {
            database = POSTGRES.open(vertx);
            Bus bus = Bus.of(vertx);
            var bookings = new BookingService(vertx, bus, database, new SimpleMeterRegistry());
            service = new ClaimService(database, bus, bookings, Duration.ofHours(1));
        }

        Future<Integer> sweep() {
            return service.sweep("test-sweep");
        }

        @Override
        public void close() {
            get(database.close());
        }
    }

    private MemberId memberWith(String amount) {
        MemberId member = Nodes.member();
        assertThat(get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null))
                        .body()
                        .newBalance())
                .isPositive();
        return member;
    }

    /** The bodies of what was done and the problems of what was refused. */
    private static List<Object> settle(List<? extends Future<? extends Done<?>>> sent) {
        return sent.stream()
                .<Object>map(each -> {
                    try {
                        return get(each).body();
                    } catch (ProblemException refusal) {
                        return refusal.problem();
                    }
                })
                .toList();
    }
}
