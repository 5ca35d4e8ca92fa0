package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.ListMemberCardTransactions;
import dev.merit.contracts.points.WalletRequest.ListMemberTransactions;
import dev.merit.contracts.points.WalletRequest.MemberTransaction;
import dev.merit.contracts.points.WalletRequest.MemberTransactionPage;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What members read of their own transactions. */
class MemberHistoryIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final PartnerId other = Nodes.partner();
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
    void listsWhatWasBookedOnAllCardsNewestFirst() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        CardId elsewhere = nodes.card(other, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 20);
        assertThat(get(nodes.purchase(
                                0,
                                partner,
                                new PurchaseFields(
                                        card,
                                        member.toString(),
                                        new BigDecimal("24.50"),
                                        null,
                                        "two cups",
                                        "order-1",
                                        null),
                                null))
                        .replayed())
                .isNull();
        earn(other, elsewhere, member, "7");
        assertThat(get(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                        .body()
                        .newBalance())
                .isEqualTo(4);
        earn(partner, card, Nodes.member(), "100");

        List<MemberTransaction> shown = list(page(1, 25)).items();

        assertThat(shown)
                .extracting(MemberTransaction::event, MemberTransaction::cardId, MemberTransaction::points)
                .containsExactly(
                        tuple("staff_redeemed_points_for_reward", card, -20L),
                        tuple("staff_credited_points_for_purchase", elsewhere, 7L),
                        tuple("staff_credited_points_for_purchase", card, 24L));
        assertThat(shown.getFirst().rewardTitle()).isEqualTo("Coffee");
        assertThat(shown.getFirst().balanceAfter()).isEqualTo(4);
        assertThat(shown.getLast()).satisfies(bought -> {
            assertThat(bought.purchaseAmount()).isEqualTo(new BigDecimal("24.50"));
            assertThat(bought.currency()).isEqualTo("EUR");
            assertThat(bought.note()).isEqualTo("two cups");
            assertThat(bought.cardTitle()).isEqualTo("Card");
            assertThat(bought.rewardTitle()).isNull();
        });
        assertThat(get(nodes.bus(0).ask(new ListMemberCardTransactions(member, elsewhere, page(1, 25))))
                        .items())
                .containsExactly(shown.get(1));
    }

    // Breaks when the newest of each card are not merged, or a page leaves one out or shows it twice.
    @Test
    void showsEachTransactionOnceFromPageToPage() {
        List<CardId> cards = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cards.add(nodes.card(i == 0 ? other : partner, Nodes.plainCard()));
        }
        for (int i = 0; i < 17; i++) {
            int at = i % 5 == 0 ? 0 : i % 3;
            earn(at == 0 ? other : partner, cards.get(at), member, Integer.toString(i + 1));
        }
        List<Long> expected = new ArrayList<>();
        for (long points = 17; points > 0; points--) {
            expected.add(points);
        }

        for (int perPage : new int[] {1, 4, 17, 100}) {
            assertThat(byCursor(perPage)).as("cursor, %d a page", perPage).isEqualTo(expected);
            assertThat(byNumber(perPage)).as("number, %d a page", perPage).isEqualTo(expected);
        }
        Pagination first = list(page(1, 4)).pagination();
        assertThat(first.total()).isEqualTo(17);
        assertThat(first.totalCapped()).isNull();
        assertThat(first.nextCursor()).isNotNull();
        assertThat(list(new Paging(1, 4, first.nextCursor())).pagination().total())
                .isNull();
        assertThat(list(page(1, 17)).pagination().nextCursor()).isNull();
    }

    // Two nodes may give ids of one millisecond against the order of the account: none may fall between two pages.
    @Test
    void leavesNoneOutWhereIdsAndNumbersDisagree() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        for (int i = 1; i <= 6; i++) {
            earn(partner, card, member, Integer.toString(i));
        }
        POSTGRES.execute("ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final");
        POSTGRES.execute("""
                UPDATE ledger.entry
                   SET entry_id = ('019a0000-0001-7000-8000-00000000000' || translate(account_sequence::text, '34', '43'))::uuid
                 WHERE member_id = '%s'
                """.formatted(member));
        POSTGRES.execute("ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final");

        assertThat(byCursor(1)).containsExactly(6L, 5L, 3L, 4L, 2L, 1L);
        assertThat(byCursor(3)).containsExactly(6L, 5L, 3L, 4L, 2L, 1L);
    }

    @Test
    void keepsTheHistoryOfUnfollowedAndDeletedCards() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 2);
        earn(partner, card, member, "5");
        assertThat(get(nodes.redeem(0, partner, Nodes.of(card, reward, member)))
                        .body()
                        .newBalance())
                .isEqualTo(3);
        assertThat(get(nodes.bus(0).command(new UnfollowCard(member, card, Nodes.origin(null))))
                        .body()
                        .isFollowing())
                .isFalse();
        assertThat(get(nodes.bus(0).command(new DeleteReward(partner, reward, Nodes.origin(null))))
                        .body()
                        .deleted())
                .isTrue();
        assertThat(get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))))
                        .body()
                        .deleted())
                .isTrue();

        for (var page : List.of(list(page(1, 25)), get(listOn(member, card)))) {
            assertThat(page.items()).hasSize(2).allSatisfy(each -> assertThat(each.cardTitle())
                    .isEqualTo("Card"));
            assertThat(page.items().getFirst().rewardTitle()).isEqualTo("Coffee");
        }
    }

    @Test
    void knowsNoCardThatTheMemberNeverHad() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        earn(partner, card, Nodes.member(), "5");

        for (CardId never : List.of(card, new CardId(UUID.randomUUID()))) {
            assertThat(refusal(listOn(member, never))).isEqualTo(Code.NOT_FOUND);
        }
        assertThat(get(nodes.bus(0).command(new FollowCard(member, card, Nodes.origin(null))))
                        .body()
                        .isFollowing())
                .isTrue();
        MemberTransactionPage followed = get(listOn(member, card));
        assertThat(followed.items()).isEmpty();
        assertThat(followed.pagination().total()).isZero();
    }

    @Test
    void refusesACursorThatIsNoneOfOurs() {
        assertThat(refusal(nodes.bus(0).ask(new ListMemberTransactions(member, new Paging(1, 5, "nonsense")))))
                .isEqualTo(Code.VALIDATION_FAILED);
    }

    private List<Long> byCursor(int perPage) {
        List<Long> points = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            MemberTransactionPage page = list(new Paging(1, perPage, cursor));
            page.items().forEach(each -> points.add(each.points()));
            cursor = page.pagination().nextCursor();
        } while (cursor != null);
        return points;
    }

    private List<Long> byNumber(int perPage) {
        List<Long> points = new ArrayList<>();
        MemberTransactionPage page;
        int number = 1;
        do {
            page = list(page(number++, perPage));
            page.items().forEach(each -> points.add(each.points()));
        } while (!page.items().isEmpty());
        return points;
    }

    private MemberTransactionPage list(Paging paging) {
        return get(nodes.bus(0).ask(new ListMemberTransactions(member, paging)));
    }

    private static Future<MemberTransactionPage> listOn(MemberId who, CardId card) {
        return nodes.bus(0).ask(new ListMemberCardTransactions(who, card, page(1, 25)));
    }

    private static Paging page(int number, int perPage) {
        return new Paging(number, perPage, null);
    }

    private static void earn(PartnerId with, CardId card, MemberId who, String amount) {
        assertThat(get(nodes.purchase(0, with, Nodes.of(card, who, amount), null))
                        .replayed())
                .isNull();
    }

    private static Code refusal(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem().code();
    }
}
