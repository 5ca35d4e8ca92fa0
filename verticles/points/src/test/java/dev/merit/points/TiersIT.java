package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.ClubCount;
import dev.merit.contracts.points.PointsRequest.CountInClub;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.DeleteTier;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.ListTiers;
import dev.merit.contracts.points.PointsRequest.Tier;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.contracts.points.PointsRequest.UpdateTier;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tiers over the bus: how they are made, changed and found. */
class TiersIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init")
    private Tiered club;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void aClub() {
        club = Tiered.club(nodes);
    }

    @Test
    void findsATierAsItWasMade() {
        var fields = new TierFields(
                club.club(),
                "Gold",
                "Golden",
                "The best",
                1_000,
                new BigDecimal("1.50"),
                "star",
                "#D4AF37",
                List.of("Free delivery", "Early access"),
                false);

        Tier made = get(nodes.bus(0).command(new CreateTier(club.partner(), fields, Nodes.origin(null))))
                .body();

        assertThat(found(made)).isEqualTo(made);
        assertThat(made.benefits()).containsExactly("Free delivery", "Early access");
        assertThat(made.multiplier()).as("in its shortest form").isEqualTo(new BigDecimal("1.5"));
        assertThat(made.isActive()).isFalse();
        assertThat(made.color()).isEqualTo("#D4AF37");
    }

    /** Breaks when PUT replaces instead of merging, or ignores that the tier was changed since it was read. */
    @Test
    void changesATierOnlyWhereItsTagStillFits() {
        Tier made = club.tier("Gold", 1_000, "1.5");
        var stale = new Origin("test", null, "\"stale\"");
        var fresh = new Origin("test", null, Json.etag(made));
        var patch = new Patch("{\"points_threshold\":500,\"benefits\":[\"Tea\"]}");

        assertThat(problem(nodes.bus(0).command(new UpdateTier(club.partner(), made.id(), patch, stale)))
                        .code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        Tier changed = get(nodes.bus(0).command(new UpdateTier(club.partner(), made.id(), patch, fresh)))
                .body();

        assertThat(changed.pointsThreshold()).isEqualTo(500);
        assertThat(changed.benefits()).containsExactly("Tea");
        assertThat(changed.name()).isEqualTo("Gold");
        assertThat(changed.multiplier()).isEqualTo(made.multiplier());
    }

    /** Breaks when two tiers of one club may start at the same points; which would a member hold? */
    @Test
    void refusesASecondTierWithTheSameThreshold() {
        Tier silver = club.tier("Silver", 100, "1");
        Tier gold = club.tier("Gold", 500, "1");

        Problem refused = problem(nodes.bus(0).command(club.create("Other", 100, "1")));
        assertThat(refused.code()).isEqualTo(Code.CONFLICT);
        assertThat(refused.details()).containsEntry("field", "points_threshold");
        assertThat(problem(change(gold, "{\"points_threshold\":100}")).code()).isEqualTo(Code.CONFLICT);

        get(nodes.bus(0).command(new DeleteTier(club.partner(), silver.id(), Nodes.origin(null))));
        assertThat(get(change(gold, "{\"points_threshold\":100}")).body().pointsThreshold())
                .isEqualTo(100);
        assertThat(new Tiered(nodes, club.partner(), new ClubId(UUID.randomUUID()))
                        .tier("Silver", 100, "1")
                        .pointsThreshold())
                .as("in another club")
                .isEqualTo(100);
    }

    @Test
    void refusesWhatNoTierCanBe() {
        var bad = new TierFields(
                club.club(), "Bad", null, null, -1, new BigDecimal("1.00001"), null, null, List.of(), true);

        Problem refused = problem(nodes.bus(0).command(new CreateTier(club.partner(), bad, Nodes.origin(null))));

        assertThat(refused.code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(refused.details().toString()).contains("points_threshold").contains("multiplier");
        assertThat(problem(nodes.bus(0).command(club.create("Bad", 1, "100.1"))).code())
                .isEqualTo(Code.VALIDATION_FAILED);
    }

    @Test
    void knowsNoTierOfAnUnknownClub() {
        var nowhere = new Tiered(nodes, club.partner(), Nodes.NO_CLUB);

        Problem refused = problem(nodes.bus(0).command(nowhere.create("Gold", 1, "1")));

        assertThat(refused.code()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused.details()).containsEntry("field", "club_id");
        assertThat(problem(change(club.tier("Gold", 1, "1"), "{\"club_id\":\"" + Nodes.NO_CLUB + "\"}"))
                        .details())
                .containsEntry("field", "club_id");
    }

    /** Breaks when a lookup forgets the tenant: a foreign id must look like an unknown one. */
    @Test
    void showsNothingOfOneTenantToAnother() {
        Tier tier = club.tier("Gold", 1, "1");
        var stranger = Nodes.partner();
        var patch = new Patch("{\"name\":\"Mine\"}");

        assertThat(List.of(
                        problem(nodes.bus(0).ask(new FindTier(stranger, tier.id()))),
                        problem(nodes.bus(0).command(new UpdateTier(stranger, tier.id(), patch, Nodes.origin(null)))),
                        problem(nodes.bus(0).command(new DeleteTier(stranger, tier.id(), Nodes.origin(null))))))
                .containsOnly(Problem.notFound());
        assertThat(get(nodes.bus(0).ask(new ListTiers(stranger, null, null, null, page())))
                        .items())
                .isEmpty();
        assertThat(get(nodes.bus(0).ask(new CountInClub(stranger, club.club()))))
                .isEqualTo(new ClubCount(0, 0));
    }

    @Test
    void listsTiersByClubNameAndActivity() {
        Tier silver = club.tier("Silver", 100, "1");
        Tier gold = club.tier("Gold", 500, "1");
        Tier elsewhere = new Tiered(nodes, club.partner(), new ClubId(UUID.randomUUID())).tier("Gold", 500, "1");
        Tier resting = get(change(silver, "{\"is_active\":false}")).body();
        Tier deleted = club.tier("Gone", 900, "1");
        get(nodes.bus(0).command(new DeleteTier(club.partner(), deleted.id(), Nodes.origin(null))));

        assertThat(list(null, null, null)).containsExactly(elsewhere, gold, resting);
        assertThat(list(club.club(), null, null)).containsExactly(gold, resting);
        assertThat(list(null, "OLD", null)).containsExactly(elsewhere, gold);
        assertThat(list(null, null, false)).containsExactly(resting);
        assertThat(get(nodes.bus(0).ask(new ListTiers(club.partner(), null, null, null, new Paging(2, 2, null))))
                        .items())
                .containsExactly(resting);
        assertThat(problem(nodes.bus(0).ask(new FindTier(club.partner(), deleted.id()))))
                .isEqualTo(Problem.notFound());
    }

    /** Breaks when a club can be deleted under its tiers. */
    @Test
    void countsWhatHangsOnAClub() {
        club.tier("Silver", 100, "1");
        Tier gold = club.tier("Gold", 500, "1");
        CardId unused = club.card();
        get(nodes.bus(0).command(new DeleteTier(club.partner(), gold.id(), Nodes.origin(null))));

        assertThat(get(nodes.bus(0).ask(new CountInClub(club.partner(), club.club()))))
                .isEqualTo(new ClubCount(1, 1));
    }

    /** Breaks when the limit is counted without a lock. */
    @Test
    void takesNoMoreThanAHundredTiersInAClub() {
        IntStream.range(0, 95).forEach(i -> club.tier("Tier " + i, i, "1"));

        List<Object> outcomes = IntStream.range(0, 10)
                .<Future<Done<Tier>>>mapToObj(i -> nodes.bus(0).command(club.create("More " + i, 1_000 + i, "1")))
                .toList()
                .stream()
                .map(TiersIT::outcome)
                .toList();

        assertThat(outcomes).filteredOn(Tier.class::isInstance).hasSize(5);
        assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat((Problem) refusal)
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(Code.LIMIT_REACHED))
                .satisfies(problem -> assertThat(problem.details()).containsEntry("limit", 100)));
    }

    /** Breaks when a repeat makes a second tier. */
    @Test
    void actsOnceForOneIdempotencyKey() {
        var origin = Nodes.origin(Nodes.repeat(UUID.randomUUID().toString(), "body"));
        var create = new CreateTier(club.partner(), club.fields("Gold", 1, "1"), origin);
        Done<Tier> first = get(nodes.bus(0).command(create));
        Done<Tier> second = get(nodes.bus(0).command(create));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.replayed()).isEqualTo(Json.write(first.body()));

        var delete = new DeleteTier(
                club.partner(),
                first.body().id(),
                Nodes.origin(Nodes.repeat(UUID.randomUUID().toString(), "body")));
        get(nodes.bus(0).command(delete));
        assertThat(get(nodes.bus(0).command(delete)).replayed()).isNotNull();
        assertThat(list(null, null, null)).isEmpty();
    }

    private Future<Done<Tier>> change(Tier tier, String patch) {
        return nodes.bus(0).command(new UpdateTier(club.partner(), tier.id(), new Patch(patch), Nodes.origin(null)));
    }

    private Tier found(Tier tier) {
        return get(nodes.bus(0).ask(new FindTier(club.partner(), tier.id())));
    }

    private List<Tier> list(@Nullable ClubId of, @Nullable String q, @Nullable Boolean isActive) {
        return get(nodes.bus(0).ask(new ListTiers(club.partner(), of, q, isActive, page())))
                .items();
    }

    private static Paging page() {
        return new Paging(1, 100, null);
    }

    private static Object outcome(Future<Done<Tier>> sent) {
        try {
            return get(sent).body();
        } catch (ProblemException refusal) {
            return refusal.problem();
        }
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }
}
