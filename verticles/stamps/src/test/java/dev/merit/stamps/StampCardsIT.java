package dev.merit.stamps;

import static dev.merit.stamps.Outcomes.refusal;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.stamps.StampsRequest.CountStampCards;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.FindStampCard;
import dev.merit.contracts.stamps.StampsRequest.ListStampCards;
import dev.merit.contracts.stamps.StampsRequest.StampCard;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.contracts.stamps.StampsRequest.UpdateStampCard;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StampCardsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private PartnerId partner = Nodes.partner();
    private ClubId club = new ClubId(UUID.randomUUID());

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void partner() {
        partner = Nodes.partner();
        club = nodes.club(partner, "UTC");
    }

    @Test
    void keepsEveryField() {
        CardId card = nodes.card(partner, club);
        StampCardFields fields = new StampCardFields(
                club,
                "Ten coffees",
                "Title",
                "Description",
                10,
                "☕",
                "A coffee",
                "Any size",
                50L,
                card,
                true,
                30,
                3,
                2,
                new BigDecimal("2.50"),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2027-01-01T00:00:00Z"),
                "#3B2417",
                "#FFFFFF",
                false,
                true);

        StampCard made = nodes.stampCard(partner, fields);

        assertThat(Json.MAPPER.valueToTree(made).properties())
                .containsAll(Json.MAPPER.<JsonNode>valueToTree(fields).properties());
        assertThat(get(nodes.bus(1).ask(new FindStampCard(partner, made.id())))).isEqualTo(made);
    }

    @Test
    void followsTheRestWhereSomethingWasLeftOut() {
        CardId card = nodes.card(partner, club);
        StampCard plain = nodes.stampCard(partner, Fields.plain(club, 10));
        StampCard points = nodes.stampCard(partner, Fields.points(club, 10, card));

        assertThat(plain.title()).isEqualTo("Card");
        assertThat(plain.requiresPhysicalClaim()).isTrue();
        assertThat(points.requiresPhysicalClaim()).isFalse();
        StampCard without = nodes.change(
                partner, points.id(), "{\"reward_points\": null, \"reward_card_id\": null, \"name\": \"New\"}");
        assertThat(without.requiresPhysicalClaim()).isTrue();
        assertThat(without.title()).isEqualTo("New");
    }

    @Test
    void refusesPointsWithoutACardAndACardWithoutPoints() {
        CardId card = nodes.card(partner, club);
        assertThat(errors(Fields.with(Fields.plain(club, 10), "{\"reward_points\": 5}")))
                .containsExactly("reward_card_id");
        assertThat(
                        errors(
                                Fields.with(
                                        Fields.plain(club, 10),
                                        "{\"reward_card_id\": \"" + card
                                                + "\", \"valid_from\": \"2027-01-01T00:00:00Z\", \"valid_until\": \"2026-01-01T00:00:00Z\"}")))
                .containsExactly("reward_points", "valid_until");
    }

    @Test
    void looksForTheClubAndTheCardThatGetsThePoints() {
        ClubId other = nodes.club(partner, "UTC");
        ClubId foreign = nodes.club(Nodes.partner(), "UTC");
        CardId unknown = new CardId(UUID.randomUUID());

        assertThat(refusal(create(Fields.plain(foreign, 10)))).isEqualTo(Problem.notFound("club_id"));
        assertThat(refusal(create(Fields.points(club, 10, unknown)))).isEqualTo(Problem.notFound("reward_card_id"));
        assertThat(errors(Fields.points(club, 10, nodes.card(partner, other)))).containsExactly("reward_card_id");
        String backwards = "{\"valid_from\": \"2027-01-01T00:00:00Z\", \"valid_until\": \"2026-01-01T00:00:00Z\"}";
        assertThat(errors(Fields.with(Fields.points(club, 10, nodes.card(partner, other)), backwards)))
                .as("all bad fields at once")
                .containsExactly("reward_card_id", "valid_until");
        assertThat(refusal(create(Fields.with(Fields.points(club, 10, unknown), backwards))))
                .as("ids come first")
                .isEqualTo(Problem.notFound("reward_card_id"));
        // Moving the stamp card away from the club of its loyalty card is no way around.
        StampCard made = nodes.stampCard(partner, Fields.points(club, 10, nodes.card(partner, club)));
        Problem moved = refusal(update(made, "{\"club_id\": \"" + other + "\"}", null));
        assertThat(moved.code()).isEqualTo(Code.VALIDATION_FAILED);
    }

    /** Breaks when a name can no longer be changed because the loyalty card was deleted since. */
    @Test
    void asksAgainOnlyForWhatIsAnotherThanBefore() {
        CardId card = nodes.card(partner, club);
        StampCard made = nodes.stampCard(partner, Fields.points(club, 10, card));
        nodes.delete(card);

        assertThat(nodes.change(partner, made.id(), "{\"name\": \"Renamed\"}").name())
                .isEqualTo("Renamed");
    }

    @Test
    void hasNoMoreThanItsLimitAlsoInARace() {
        List<Object> outcomes = Outcomes.together(20, node -> nodes.bus(node)
                .command(new CreateStampCard(partner, Fields.plain(club, 10), 3, Nodes.origin(null))));

        assertThat(outcomes).filteredOn(StampCard.class::isInstance).hasSize(3);
        assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> {
            assertThat(((Problem) refusal).code()).isEqualTo(Code.LIMIT_REACHED);
            assertThat(((Problem) refusal).details()).containsEntry("limit", 3);
        });
    }

    @Test
    void honoursTheEntityTag() {
        StampCard made = nodes.stampCard(partner, Fields.plain(club, 10));
        String etag = Json.etag(made);

        StampCard changed = get(update(made, "{\"stamps_required\": 8}", etag)).body();

        assertThat(changed.stampsRequired()).isEqualTo(8);
        assertThat(refusal(update(made, "{\"stamps_required\": 7}", etag)).code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        var delete = new DeleteStampCard(partner, made.id(), new Origin("test", null, etag));
        assertThat(refusal(nodes.bus(0).command(delete)).code()).isEqualTo(Code.PRECONDITION_FAILED);
    }

    @Test
    void listsByClubNameAndActivity() {
        ClubId other = nodes.club(partner, "UTC");
        StampCard coffee = nodes.stampCard(partner, Fields.with(Fields.plain(club, 10), "{\"name\": \"Coffee 100%\"}"));
        StampCard tea = nodes.stampCard(
                partner, Fields.with(Fields.plain(other, 10), "{\"name\": \"Tea\", \"is_active\": false}"));

        assertThat(list(null, null, null)).containsExactly(tea, coffee);
        assertThat(list(club, null, null)).containsExactly(coffee);
        assertThat(list(null, "100%", null)).containsExactly(coffee);
        assertThat(list(null, "_", null)).isEmpty();
        assertThat(list(null, null, false)).containsExactly(tea);
        assertThat(get(nodes.bus(0).ask(new CountStampCards(partner, club))).stampCards())
                .isEqualTo(1);
    }

    @Test
    void isGoneOnceItIsDeletedAndWasNeverThereForOthers() {
        StampCard made = nodes.stampCard(partner, Fields.plain(club, 10));
        var foreign = new FindStampCard(Nodes.partner(), made.id());
        assertThat(refusal(nodes.bus(0).ask(foreign))).isEqualTo(Problem.notFound());
        Origin origin = Nodes.origin(Nodes.repeat("delete " + made.id(), "body"));
        var delete = new DeleteStampCard(partner, made.id(), origin);

        assertThat(get(nodes.bus(0).command(delete)).body())
                .isEqualTo(Deleted.of(made.id().value()));

        assertThat(get(nodes.bus(1).command(delete)).replayed()).isNotNull();
        assertThat(refusal(nodes.bus(0).ask(new FindStampCard(partner, made.id()))))
                .isEqualTo(Problem.notFound());
        assertThat(refusal(update(made, "{}", null))).isEqualTo(Problem.notFound());
        assertThat(list(null, null, null)).isEmpty();
        assertThat(get(nodes.bus(0).ask(new CountStampCards(partner, club))).stampCards())
                .isZero();
    }

    @Test
    void makesOneCardForOneIdempotencyKeySentManyTimesAtOnce() {
        Origin origin = Nodes.origin(Nodes.repeat("create " + partner, "body"));
        List<Object> outcomes = Outcomes.together(
                20, node -> nodes.bus(node).command(new CreateStampCard(partner, Fields.plain(club, 10), -1, origin)));

        assertThat(outcomes).hasOnlyElementsOfType(StampCard.class);
        assertThat(List.copyOf(Set.copyOf(outcomes))).hasSize(1);
        assertThat(list(null, null, null)).hasSize(1);
    }

    private Future<Done<StampCard>> create(StampCardFields fields) {
        return nodes.bus(0).command(new CreateStampCard(partner, fields, -1, Nodes.origin(null)));
    }

    private Future<Done<StampCard>> update(StampCard stampCard, String json, @Nullable String ifMatch) {
        return nodes.bus(1)
                .command(new UpdateStampCard(
                        partner, stampCard.id(), new Patch(json), new Origin("test", null, ifMatch)));
    }

    private List<String> errors(StampCardFields fields) {
        Problem problem = refusal(create(fields));
        assertThat(problem.code()).isEqualTo(Code.VALIDATION_FAILED);
        return ((Map<?, ?>) problem.details().getOrDefault("errors", Map.of()))
                .keySet().stream().map(String::valueOf).sorted().toList();
    }

    private List<StampCard> list(@Nullable ClubId of, @Nullable String q, @Nullable Boolean isActive) {
        return get(nodes.bus(0).ask(new ListStampCards(partner, of, q, isActive, new Paging(1, 25, null))))
                .items();
    }
}
