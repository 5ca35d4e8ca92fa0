package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.WalletRequest.CardFollowing;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Following and unfollowing, over the bus. */
class FollowsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void followsACardOnceHoweverOftenItIsAsked() {
        CardId card = nodes.card(partner, Nodes.plainCard());

        assertThat(get(follow(card, null)).body()).isEqualTo(new CardFollowing(card, true));
        String first = row(card);
        assertThat(get(follow(card, null)).body()).isEqualTo(new CardFollowing(card, true));

        assertThat(row(card)).isEqualTo(first).startsWith("true 0 ");
    }

    @Test
    void remembersTheLastEntryThatWasThereWhenACardIsUnfollowed() {
        // Breaks when what was earned before counts as earned again.
        CardId card = nodes.card(partner, Nodes.plainCard());
        for (int i = 1; i <= 2; i++) {
            assertThat(get(nodes.purchase(0, partner, Nodes.of(card, member, "10"), null))
                            .body()
                            .pointsAwarded())
                    .isEqualTo(10);
            assertThat(get(unfollow(card, null)).body()).isEqualTo(new CardFollowing(card, false));
            assertThat(row(card)).startsWith("false " + i + " ");
        }
    }

    @Test
    void writesNothingWhenACardIsUnfollowedThatTheMemberNeverHad() {
        CardId card = nodes.card(partner, Nodes.plainCard());

        assertThat(get(unfollow(card, null)).body()).isEqualTo(new CardFollowing(card, false));

        assertThat(POSTGRES.count("SELECT count(*) FROM points.follow WHERE card_id = '" + card + "'"))
                .isZero();
    }

    @Test
    void endsWhatWasFollowedWithoutEarning() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        assertThat(get(follow(card, null)).body().isFollowing()).isTrue();

        assertThat(get(unfollow(card, null)).body().isFollowing()).isFalse();

        assertThat(row(card)).startsWith("false 0 ");
    }

    @Test
    void knowsNoCardThatIsNotThereOrDeleted() {
        CardId deleted = nodes.card(partner, Nodes.plainCard());
        assertThat(get(nodes.bus(0).command(new DeleteCard(partner, deleted, Nodes.origin(null))))
                        .body()
                        .deleted())
                .isTrue();
        for (CardId card : new CardId[] {deleted, new CardId(UUID.randomUUID())}) {
            for (Future<?> refused : new Future<?>[] {follow(card, null), unfollow(card, null)}) {
                var problem = ((ProblemException) failure(refused)).problem();
                assertThat(problem.code()).isEqualTo(Code.NOT_FOUND);
                assertThat(problem.details()).containsEntry("field", "card_id");
            }
        }
    }

    @Test
    void answersARepeatAsItAnsweredBefore() {
        // Breaks when a late repeat of a follow undoes an unfollow that came between.
        CardId card = nodes.card(partner, Nodes.plainCard());
        Repeat repeat = Nodes.repeat("follow " + card, "body");
        assertThat(get(follow(card, repeat)).replayed()).isNull();
        assertThat(get(unfollow(card, null)).body().isFollowing()).isFalse();

        Done<CardFollowing> again = get(follow(card, repeat));

        assertThat(again.replayed()).isEqualTo("{\"card_id\":\"" + card + "\",\"is_following\":true}");
        assertThat(row(card)).startsWith("false ");
    }

    private Future<Done<CardFollowing>> follow(CardId card, @Nullable Repeat repeat) {
        return nodes.bus(0).command(new FollowCard(member, card, Nodes.origin(repeat)));
    }

    private Future<Done<CardFollowing>> unfollow(CardId card, @Nullable Repeat repeat) {
        return nodes.bus(0).command(new UnfollowCard(member, card, Nodes.origin(repeat)));
    }

    private String row(CardId card) {
        return POSTGRES.query("SELECT concat_ws(' ', following::text, seen_sequence, changed_at) FROM points.follow"
                        + " WHERE member_id = '" + member + "' AND card_id = '" + card + "'")
                .getFirst();
    }
}
