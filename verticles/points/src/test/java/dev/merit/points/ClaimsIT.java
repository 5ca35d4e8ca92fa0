package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.Claim;
import dev.merit.contracts.points.PointsRequest.ClaimPage;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.ConfirmFields;
import dev.merit.contracts.points.PointsRequest.ConfirmedClaim;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.MemberClaim;
import dev.merit.contracts.points.PointsRequest.RejectClaim;
import dev.merit.contracts.points.PointsRequest.RejectFields;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import dev.merit.contracts.points.PointsRequest.WithdrawClaim;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The life of a claim, over the bus, one thing at a time. */
class ClaimsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init")
    private static Claiming claims;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();
    private final CardFields fields = Nodes.plainCard();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
        claims = new Claiming(nodes, POSTGRES);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when a claim already takes points, or answers something else than it should. */
    @Test
    void submitsAClaimWithoutTakingPoints() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "250");

        ClaimSubmitted submitted = get(claims.claim(member, reward, null)).body();

        assertThat(submitted.status()).isEqualTo("claim_submitted");
        assertThat(submitted.rewardId()).isEqualTo(reward);
        assertThat(submitted.rewardTitle()).isEqualTo("Coffee");
        assertThat(submitted.pointsRequired()).isEqualTo(100);
        assertThat(submitted.cardId()).isEqualTo(card);
        assertThat(submitted.cardTitle()).isEqualTo("Card");
        assertThat(submitted.currentBalance()).isEqualTo(250);
        assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(250);
        Claim stored = get(claims.find(partner, submitted.claimId()));
        assertThat(stored.status()).isEqualTo("pending");
        assertThat(stored.memberId()).isEqualTo(member);
        assertThat(stored.decidedAt()).isNull();
        assertThat(Duration.between(stored.createdAt(), stored.expiresAt())).isEqualTo(Duration.ofHours(24));
        assertThat(claims.told(member)).containsExactly("1 merit.claim.claim_submitted");
    }

    /** Breaks when a claim that waits is added a second time, or judged again. */
    @Test
    void answersTheSameClaimWhileItIsPending() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        RewardId other = nodes.reward(partner, card, 100);
        earn(card, "120");
        ClaimSubmitted first = get(claims.claim(member, reward, null)).body();
        take(card, other);

        ClaimSubmitted again = get(claims.claim(member, reward, card)).body();

        assertThat(again.claimId()).isEqualTo(first.claimId());
        assertThat(again.currentBalance()).isEqualTo(20);
        assertThat(claims.list(partner, null)).hasSize(1);
        assertThat(claims.told(member)).hasSize(1);
    }

    @Test
    void takesTheCardWithTheBestBalanceOfThoseThatCanBeUsed() {
        CardId poor = nodes.card(partner, fields);
        CardId better = nodes.card(partner, fields);
        CardId richest = nodes.card(partner, fields);
        CardId never = nodes.card(partner, fields);
        CardId elsewhere = nodes.card(partner, fields);
        RewardId reward = reward(List.of(poor, better, richest, never));
        earn(poor, "100");
        earn(better, "200");
        earn(richest, "300");
        earn(elsewhere, "900");
        get(nodes.bus(0)
                .command(new UpdateCard(partner, richest, new Patch("{\"is_active\":false}"), Nodes.origin(null))));

        assertThat(get(claims.claim(member, reward, null)).body().cardId()).isEqualTo(better);
        assertThat(problem(claims.claim(Nodes.member(), reward, null))).isEqualTo(Problem.notFound());
    }

    @Test
    void takesTheCardThatIsNamed() {
        CardId named = nodes.card(partner, fields);
        CardId richer = nodes.card(partner, fields);
        CardId without = nodes.card(partner, fields);
        CardId elsewhere = nodes.card(partner, fields);
        RewardId reward = reward(List.of(named, richer, without));
        earn(named, "100");
        earn(richer, "200");
        earn(elsewhere, "500");

        assertThat(problem(claims.claim(member, reward, without))).isEqualTo(Problem.notFound("card_id"));
        assertThat(problem(claims.claim(member, reward, new CardId(UUID.randomUUID()))))
                .isEqualTo(Problem.notFound("card_id"));
        Problem unfit = problem(claims.claim(member, reward, elsewhere));
        assertThat(unfit.code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(String.valueOf(unfit.details())).contains("card_id");
        assertThat(get(claims.claim(member, reward, named)).body().cardId()).isEqualTo(named);
    }

    /** Breaks when a member learns of rewards that it has nothing to do with. */
    @Test
    void findsNoRewardThatIsOnNoneOfTheMembersCards() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);

        assertThat(problem(claims.claim(member, reward, null))).isEqualTo(Problem.notFound());
        assertThat(problem(claims.claim(member, new RewardId(UUID.randomUUID()), null)))
                .isEqualTo(Problem.notFound());
        earn(card, "100");
        get(nodes.bus(0).command(new DeleteReward(partner, reward, Nodes.origin(null))));
        assertThat(problem(claims.claim(member, reward, null))).isEqualTo(Problem.notFound());
    }

    @Test
    void refusesWhatCannotBeRedeemedEither() {
        CardId card = nodes.card(partner, fields);
        RewardId dear = nodes.reward(partner, card, 100);
        earn(card, "50");

        Problem poor = problem(claims.claim(member, dear, null));
        assertThat(poor.code()).isEqualTo(Code.INSUFFICIENT_BALANCE);
        assertThat(poor.details())
                .containsEntry("balance", 50L)
                .containsEntry("required", 100L)
                .containsEntry("deficit", 50L);

        RewardId off = nodes.reward(partner, card, 10);
        change(off, "{\"is_active\":false}");
        assertThat(problem(claims.claim(member, off, null)).code()).isEqualTo(Code.REWARD_UNAVAILABLE);

        RewardId once = Limited.reward(nodes.bus(0), partner, card, 10, 1);
        earn(card, "150");
        take(card, once);
        assertThat(problem(claims.claim(member, once, null)).details()).containsEntry("reason", "MEMBER_LIMIT");

        get(nodes.bus(0)
                .command(new UpdateCard(
                        partner, card, new Patch("{\"valid_until\":\"2020-01-01T00:00:00Z\"}"), Nodes.origin(null))));
        assertThat(problem(claims.claim(member, dear, null)).code()).isEqualTo(Code.CARD_EXPIRED);
        assertThat(claims.told(member)).isEmpty();
    }

    /** Breaks when expired points count as a balance. */
    @Test
    void countsNoExpiredPoints() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "100");
        POSTGRES.execute(
                "UPDATE ledger.lot SET expires_at = now() - interval '1 second' WHERE card_id = '" + card + "'");
        POSTGRES.execute(
                "UPDATE ledger.account SET next_expiry = now() - interval '1 second' WHERE card_id = '" + card + "'");

        assertThat(problem(claims.claim(member, reward, null)).details()).containsEntry("balance", 0L);
    }

    /** Breaks when confirming forgets the entry, the claim, or who did it. */
    @Test
    void redeemsWhenStaffConfirms() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        StaffId grace = nodes.hire(partner, fields.clubId(), "Grace");
        earn(card, "250");
        ClaimId claim = claims.claimed(member, reward);

        ConfirmedClaim confirmed = get(nodes.bus(0)
                        .command(new ConfirmClaim(
                                partner, claim, new ConfirmFields(grace, "to go"), Nodes.origin(null))))
                .body();

        assertThat(confirmed.status()).isEqualTo("confirmed");
        assertThat(confirmed.staffId()).isEqualTo(grace);
        assertThat(confirmed.transactionId()).isEqualTo(confirmed.transaction().transactionId());
        assertThat(confirmed.transaction().pointsDeducted()).isEqualTo(100);
        assertThat(confirmed.transaction().newBalance()).isEqualTo(150);
        var entry = get(nodes.bus(0)
                .ask(new FindTransaction(partner, confirmed.transaction().transactionId())));
        assertThat(entry.attributedTo()).isEqualTo("Grace");
        assertThat(entry.note()).isEqualTo("to go");
        assertThat(entry.rewardId()).isEqualTo(reward);
        Claim stored = get(claims.find(partner, claim));
        assertThat(stored.status()).isEqualTo("confirmed");
        assertThat(stored.decidedAt()).isEqualTo(confirmed.decidedAt());
        assertThat(claims.told(member))
                .containsExactly("1 merit.claim.claim_submitted", "2 merit.claim.claim_confirmed");
        assertThat(problem(claims.confirm(0, partner, claim, null)).details()).containsEntry("status", "confirmed");
        assertThat(claims.redemptions(member)).isOne();
    }

    /** Breaks when a repeat is told that the claim is not pending any more, which it made so itself. */
    @Test
    void answersARepeatedConfirmationAsTheFirst() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "250");
        ClaimId claim = claims.claimed(member, reward);
        Repeat repeat = Nodes.repeat(UUID.randomUUID().toString(), "body");
        Done<ConfirmedClaim> first = get(claims.confirm(0, partner, claim, repeat));

        Done<ConfirmedClaim> again = get(claims.confirm(0, partner, claim, repeat));

        assertThat(first.replayed()).isNull();
        assertThat(again.replayed()).isEqualTo(Json.write(first.body()));
        assertThat(problem(claims.confirm(0, partner, claim, new Repeat(repeat.id(), "other")))
                        .code())
                .isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(claims.redemptions(member)).isOne();
    }

    /** Breaks when a member pays more than it was told. */
    @Test
    void takesThePriceThatTheMemberWasTold() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "250");
        ClaimId claim = claims.claimed(member, reward);
        change(reward, "{\"points_required\":200}");

        ConfirmedClaim confirmed = get(claims.confirm(0, partner, claim, null)).body();

        assertThat(confirmed.pointsRequired()).isEqualTo(100);
        assertThat(confirmed.transaction().pointsDeducted()).isEqualTo(100);
    }

    /** Breaks when a claim reserves points, or ends with a redemption that was refused. */
    @Test
    void leavesAClaimPendingWhenItsRewardCannotBeTaken() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        RewardId other = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        take(card, other);

        Problem spent = problem(claims.confirm(0, partner, claim, null));
        assertThat(spent.code()).isEqualTo(Code.INSUFFICIENT_BALANCE);
        assertThat(spent.details()).containsEntry("deficit", 50L);
        earn(card, "100");
        change(reward, "{\"is_active\":false}");
        assertThat(problem(claims.confirm(0, partner, claim, null)).code()).isEqualTo(Code.REWARD_UNAVAILABLE);

        assertThat(get(claims.find(partner, claim)).status()).isEqualTo("pending");
        assertThat(claims.told(member)).hasSize(1);
        change(reward, "{\"is_active\":true}");
        assertThat(get(claims.confirm(0, partner, claim, null)).body().status()).isEqualTo("confirmed");
    }

    @Test
    void showsAClaimWhoseCardOrRewardIsGoneAndDoesNotConfirmIt() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        get(nodes.bus(0).command(new DeleteReward(partner, reward, Nodes.origin(null))));

        assertThat(problem(claims.confirm(0, partner, claim, null))).isEqualTo(Problem.notFound("reward_id"));
        get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))));
        assertThat(problem(claims.confirm(0, partner, claim, null))).isEqualTo(Problem.notFound("card_id"));

        assertThat(get(claims.find(partner, claim)).rewardTitle()).isEqualTo("Coffee");
        assertThat(claims.listOfMember(member)).extracting(MemberClaim::status).containsExactly("pending");
        assertThat(get(claims.reject(0, partner, claim, null)).body().status()).isEqualTo("rejected");
    }

    @Test
    void judgesTheStaffThatIsNamed() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        StaffId elsewhere = nodes.hire(partner, new ClubId(UUID.randomUUID()), "Linus");
        StaffId foreign = nodes.hire(Nodes.partner(), fields.clubId(), "Somebody");

        for (StaffId bad : List.of(elsewhere, foreign)) {
            Problem confirm = problem(nodes.bus(0)
                    .command(new ConfirmClaim(partner, claim, new ConfirmFields(bad, null), Nodes.origin(null))));
            Problem reject = problem(nodes.bus(0)
                    .command(new RejectClaim(partner, claim, new RejectFields(null, bad), Nodes.origin(null))));
            assertThat(confirm).isEqualTo(reject);
            assertThat(confirm.code()).isEqualTo(bad.equals(foreign) ? Code.NOT_FOUND : Code.VALIDATION_FAILED);
            assertThat(String.valueOf(confirm.details())).contains("staff_id");
        }
        assertThat(get(claims.find(partner, claim)).status()).isEqualTo("pending");
    }

    @Test
    void rejectsAClaimWithAReason() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        StaffId grace = nodes.hire(partner, fields.clubId(), "Grace");
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        var reject = new RejectClaim(
                partner,
                claim,
                new RejectFields("Sold out today", grace),
                Nodes.origin(Nodes.repeat(UUID.randomUUID().toString(), "body")));

        Claim rejected = get(nodes.bus(0).command(reject)).body();

        assertThat(rejected.status()).isEqualTo("rejected");
        assertThat(rejected.reason()).isEqualTo("Sold out today");
        assertThat(rejected.staffId()).isEqualTo(grace);
        assertThat(rejected).isEqualTo(get(claims.find(partner, claim)));
        assertThat(claims.listOfMember(member)).extracting(MemberClaim::reason).containsExactly("Sold out today");
        assertThat(get(nodes.bus(0).command(reject)).replayed()).isEqualTo(Json.write(rejected));
        assertThat(problem(claims.reject(0, partner, claim, null)).code()).isEqualTo(Code.CLAIM_NOT_PENDING);
        assertThat(problem(claims.confirm(0, partner, claim, null)).details()).containsEntry("status", "rejected");
        assertThat(problem(claims.withdraw(0, member, claim)).code()).isEqualTo(Code.CLAIM_NOT_PENDING);
        assertThat(claims.told(member))
                .containsExactly("1 merit.claim.claim_submitted", "2 merit.claim.claim_rejected");
        // The next wish is a new claim.
        assertThat(claims.claimed(member, reward)).isNotEqualTo(claim);
    }

    @Test
    void letsTheMemberAndNobodyElseWithdraw() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);

        assertThat(problem(claims.withdraw(0, Nodes.member(), claim))).isEqualTo(Problem.notFound());
        var stale = new Origin("test", null, "\"stale\"");
        assertThat(problem(nodes.bus(0).command(new WithdrawClaim(member, claim, stale)))
                        .code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        assertThat(get(claims.withdraw(0, member, claim)).body()).isEqualTo(Deleted.of(claim.value()));

        assertThat(claims.listOfMember(member)).extracting(MemberClaim::status).containsExactly("withdrawn");
        assertThat(problem(claims.confirm(0, partner, claim, null)).details()).containsEntry("status", "withdrawn");
        assertThat(claims.told(member))
                .containsExactly("1 merit.claim.claim_submitted", "2 merit.claim.claim_withdrawn");
    }

    /** Breaks when a claim lives until the sweep comes by, or when the sweep changes what was told before it. */
    @Test
    void expiresAtItsMomentWhoeverHasWrittenIt() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        RewardId swept = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        claims.expire(claim);

        Claim read = get(claims.find(partner, claim));
        assertThat(read.status()).isEqualTo("expired");
        assertThat(read.decidedAt()).isEqualTo(read.expiresAt());
        assertThat(claims.listOfMember(member)).extracting(MemberClaim::status).containsExactly("expired");
        assertThat(claims.list(partner, "pending")).isEmpty();
        assertThat(claims.list(partner, "expired")).containsExactly(read);
        assertThat(problem(claims.confirm(0, partner, claim, null)).details()).containsEntry("status", "expired");
        assertThat(problem(claims.reject(0, partner, claim, null)).code()).isEqualTo(Code.CLAIM_NOT_PENDING);
        assertThat(problem(claims.withdraw(0, member, claim)).code()).isEqualTo(Code.CLAIM_NOT_PENDING);

        // It does not stand in the way of the next one, which writes it down.
        ClaimId next = claims.claimed(member, reward);
        assertThat(next).isNotEqualTo(claim);
        assertThat(get(claims.find(partner, claim))).isEqualTo(read);
        assertThat(claims.told(member))
                .containsExactly(
                        "1 merit.claim.claim_submitted",
                        "2 merit.claim.claim_expired",
                        "3 merit.claim.claim_submitted");
        assertThat(claims.claimed(member, swept)).isNotEqualTo(next);
    }

    @Test
    void listsNewestFirstByStatusAndByCursor() {
        CardId card = nodes.card(partner, fields);
        earn(card, "5000");
        List<ClaimId> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.addFirst(claims.claimed(member, nodes.reward(partner, card, 100)));
        }
        get(claims.reject(0, partner, made.get(0), null));
        get(claims.confirm(0, partner, made.get(2), null));

        ClaimPage first = get(nodes.bus(0).ask(new ListClaims(partner, null, new Paging(1, 3, null))));
        List<Claim> seen = new ArrayList<>(first.items());
        String cursor = first.pagination().nextCursor();
        while (cursor != null) {
            ClaimPage next = get(nodes.bus(0).ask(new ListClaims(partner, null, new Paging(1, 3, cursor))));
            assertThat(next.pagination().total()).isNull();
            seen.addAll(next.items());
            cursor = next.pagination().nextCursor();
        }

        assertThat(seen).extracting(Claim::id).containsExactlyElementsOf(made);
        assertThat(first.pagination().total()).isEqualTo(7);
        assertThat(claims.list(partner, "rejected")).extracting(Claim::id).containsExactly(made.get(0));
        assertThat(claims.list(partner, "confirmed")).extracting(Claim::id).containsExactly(made.get(2));
        assertThat(claims.list(partner, "pending")).hasSize(5);
        assertThat(get(nodes.bus(0).ask(new ListClaims(partner, "pending", new Paging(2, 2, null))))
                        .items())
                .extracting(Claim::id)
                .containsExactly(made.get(4), made.get(5));
        assertThat(problem(nodes.bus(0).ask(new ListClaims(partner, null, new Paging(1, 3, "nonsense"))))
                        .code())
                .isEqualTo(Code.VALIDATION_FAILED);
    }

    /** Breaks when a claim of another tenant, or of another member, shows. */
    @Test
    void showsNothingOfOneTenantToAnother() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "150");
        ClaimId claim = claims.claimed(member, reward);
        PartnerId stranger = Nodes.partner();

        assertThat(List.of(
                        problem(claims.confirm(0, stranger, claim, null)),
                        problem(claims.reject(0, stranger, claim, null)),
                        problem(claims.confirm(0, partner, new ClaimId(UUID.randomUUID()), null))))
                .containsOnly(Problem.notFound());
        assertThat(claims.list(stranger, null)).isEmpty();
        assertThat(claims.list(stranger, "pending")).isEmpty();
        assertThat(claims.listOfMember(Nodes.member())).isEmpty();
        assertThat(get(claims.find(partner, claim)).status()).isEqualTo("pending");
    }

    /** Breaks when a member's key is not protected against repeats. */
    @Test
    void answersARepeatedClaimAsTheFirst() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 100);
        earn(card, "150");
        Repeat repeat = Nodes.repeat(UUID.randomUUID().toString(), "body");
        var command = new ClaimReward(member, reward, null, Nodes.origin(repeat));
        ClaimSubmitted first = get(nodes.bus(0).command(command)).body();
        get(claims.confirm(0, partner, first.claimId(), null));

        Done<ClaimSubmitted> again = get(nodes.bus(0).command(command));

        assertThat(again.replayed()).isEqualTo(Json.write(first));
        assertThat(claims.list(partner, null)).hasSize(1);
    }

    @CanIgnoreReturnValue
    private long earn(CardId card, String amount) {
        return get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null))
                .body()
                .newBalance();
    }

    private void take(CardId card, RewardId reward) {
        get(nodes.redeem(0, partner, Nodes.of(card, reward, member)));
    }

    private void change(RewardId reward, String patch) {
        get(nodes.bus(0).command(new UpdateReward(partner, reward, new Patch(patch), Nodes.origin(null))));
    }

    private RewardId reward(List<CardId> cards) {
        var wish = new RewardFields(cards, "Coffee", null, null, 100, null, null, null, null, null, true);
        return get(nodes.bus(0).command(new CreateReward(partner, wish, -1, Nodes.origin(null))))
                .body()
                .id();
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }
}
