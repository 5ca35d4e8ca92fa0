package dev.merit.stamps;

import static dev.merit.stamps.Outcomes.refusal;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.LiveStampCardsRequest.FindLiveStampCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.ListLiveStampCards;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.testing.PostgresFixture;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Stamp cards as members and strangers find them, over the bus. */
class LiveStampCardsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final MemberId member = Nodes.member();
    private PartnerId partner = Nodes.partner();
    private ClubId club = new ClubId(UUID.randomUUID());

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
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
    void listsAndFindsWhatIsLive() {
        // Breaks when a stamp card is told of that is inactive, not begun, over or deleted, or listed that is hidden.
        StampCardId first = made("\"is_visible_by_default\": true");
        StampCardId second = made("\"is_visible_by_default\": true, \"valid_until\": \"2999-01-01T00:00:00Z\"");
        StampCardId hidden = made("\"is_visible_by_default\": false");
        StampCardId deleted = made("\"is_visible_by_default\": true");
        var unused = get(nodes.bus(0).command(new DeleteStampCard(partner, deleted, Nodes.origin(null))));
        List<StampCardId> dead = List.of(
                deleted,
                made("\"is_visible_by_default\": true, \"is_active\": false"),
                made("\"is_visible_by_default\": true, \"valid_from\": \"2999-01-01T00:00:00Z\""),
                made("\"is_visible_by_default\": true, \"valid_until\": \"2020-01-01T00:00:00Z\""),
                new StampCardId(UUID.randomUUID()));

        assertThat(get(nodes.bus(0).ask(new ListLiveStampCards(List.of(partner, Nodes.partner()), member)))
                        .items())
                .extracting(LiveStampCard::id)
                .containsExactly(second, first);
        assertThat(get(nodes.bus(0).ask(new ListLiveStampCards(List.of(Nodes.partner()), null)))
                        .items())
                .isEmpty();
        assertThat(find(hidden, member).partnerId()).isEqualTo(partner);
        for (StampCardId each : dead) {
            assertThat(refusal(nodes.bus(0).ask(new FindLiveStampCard(each, null)))
                            .code())
                    .isEqualTo(Code.NOT_FOUND);
        }
    }

    @Test
    void tellsAMembersOwnSideWithoutStampsThatHaveExpired() {
        StampCardId card = made("\"is_visible_by_default\": true, \"stamps_expire_days\": 10");
        LiveStampCard before = find(card, member);
        assertThat(before.isEnrolled()).isFalse();
        assertThat(before.currentStamps()).isZero();

        var unused = get(nodes.add(0, partner, card, Nodes.stamps(member, 8)));

        LiveStampCard after = find(card, member);
        assertThat(after.isEnrolled()).isTrue();
        assertThat(after.currentStamps()).isEqualTo(2);
        assertThat(after.completedCount()).isEqualTo(1);
        assertThat(find(card, Nodes.member())).isEqualTo(before);

        POSTGRES.execute("UPDATE stamps.progress SET expires_at = now() - interval '1 hour' WHERE stamp_card_id = '"
                + card + "'");
        assertThat(find(card, member).currentStamps()).isZero();
    }

    private LiveStampCard find(StampCardId card, MemberId asking) {
        return get(nodes.bus(0).ask(new FindLiveStampCard(card, asking)));
    }

    private StampCardId made(String json) {
        return nodes.stampCard(partner, Fields.with(Fields.plain(club, 6), "{" + json + "}"))
                .id();
    }
}
