package dev.merit.points.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClaimId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ClaimSubmitted;
import dev.merit.ledger.store.BalanceReads;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Locks;
import dev.merit.platform.pg.Outbox;
import dev.merit.points.domain.CardTerms;
import dev.merit.points.domain.ClaimCards;
import dev.merit.points.domain.ClaimCards.Held;
import dev.merit.points.domain.ClaimState;
import dev.merit.points.domain.RewardTerms;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.ClaimStore;
import dev.merit.points.store.ClaimStore.ClaimKey;
import dev.merit.points.store.ClaimStore.NewClaim;
import dev.merit.points.store.FollowStore;
import dev.merit.points.store.RewardStore;
import dev.merit.points.store.RewardStore.Owner;
import dev.merit.points.store.RewardStore.StoredReward;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A member's wish for a reward becomes a claim. It reserves nothing: whether the points and the reward are still there
 * is judged again when staff confirms it.
 */
final class ClaimSubmission {
    private final Duration waits;
    private final ClaimStore claims = new ClaimStore();
    private final RewardStore rewards = new RewardStore();
    private final CardStore cards = new CardStore();
    private final BalanceReads balances = new BalanceReads();
    private final FollowStore follows = new FollowStore();
    private final LedgerStore ledger = new LedgerStore();

    /**
     * Makes submissions possible.
     *
     * @param waits how long a claim is pending at most
     */
    ClaimSubmission(Duration waits) {
        this.waits = waits;
    }

    /** Answers the pending claim of this reward, which it adds where there is none. */
    Future<ClaimSubmitted> submit(SqlClient tx, ClaimReward command) {
        return rewards.findOwner(tx, command.reward())
                .map(owner -> owner.orElseThrow(() -> Problem.notFound().asException()))
                .compose(owner -> lockPending(tx, command, owner).compose(pending -> pending.filter(
                                claim -> claim.refuse().isEmpty())
                        .map(claim -> again(tx, claim))
                        .orElseGet(() -> expired(tx, command, pending).compose(free -> add(tx, command, owner)))));
    }

    /** Equal claims wait for each other here, since before the first of them there is no row to wait for. */
    private Future<Optional<ClaimState>> lockPending(SqlClient tx, ClaimReward command, Owner owner) {
        return Locks.advisory(tx, "claim of " + command.reward() + " by " + command.member())
                .compose(locked -> claims.lockPending(tx, owner.partner(), command.member(), command.reward()));
    }

    private Future<ClaimSubmitted> again(SqlClient tx, ClaimState claim) {
        return balances.findSpendable(tx, claim.partner(), claim.member(), List.of(claim.card()))
                .map(found -> ClaimView.submitted(claim, found.getOrDefault(claim.card(), 0L)));
    }

    /** Writes the expiry of a claim that stands in the way of a new one. */
    private Future<?> expired(SqlClient tx, ClaimReward command, Optional<ClaimState> pending) {
        return pending.filter(ClaimState::isLapsed)
                .map(ClaimState::expired)
                .<Future<?>>map(claim -> claims.setDecided(tx, List.of(claim))
                        .compose(written -> tell(tx, claim, command.origin().requestId())))
                .orElseGet(Future::succeededFuture);
    }

    private Future<ClaimSubmitted> add(SqlClient tx, ClaimReward command, Owner owner) {
        return rewards.find(tx, owner.partner(), command.reward())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(reward -> choose(tx, command, owner, reward).compose(with -> append(
                                tx,
                                command,
                                owner,
                                new Chosen(reward.terms(), with.card().id()))
                        .map(claim -> ClaimView.submitted(claim, with.balance()))));
    }

    private record Chosen(RewardTerms reward, CardId card) {}

    private Future<Held> choose(SqlClient tx, ClaimReward command, Owner owner, StoredReward reward) {
        RewardTerms terms = reward.terms();
        var use = new RewardUse(owner.partner(), command.member(), command.reward());
        var taken = ledger.countRedemptions(tx, Set.of(use));
        return held(tx, owner.partner(), command, terms.cards())
                .compose(held -> taken.map(times -> {
                    Held with = held.choose(command.card(), terms, owner.now()).orThrow();
                    refuse(with.card().refuseUse(owner.now()));
                    refuse(terms.refuse(owner.now(), reward.timesRedeemed(), times.getOrDefault(use, 0L)));
                    refuse(terms.refuseBalance(with.balance()));
                    return with;
                }));
    }

    private Future<ClaimCards> held(SqlClient tx, PartnerId partner, ClaimReward command, Set<CardId> ofReward) {
        var asked = new LinkedHashSet<>(ofReward);
        if (command.card() != null) {
            asked.add(command.card());
        }
        var terms = cards.findTerms(
                tx, asked.stream().map(card -> new CardKey(partner, card)).collect(Collectors.toSet()));
        var spendable = balances.findSpendable(tx, partner, command.member(), asked);
        var followed = follows.listFollowed(tx, command.member(), partner, asked);
        return Future.all(terms, spendable, followed).map(all -> {
            var balances = new HashMap<>(spendable.result());
            // A card that is followed is the member's, though nothing is on it yet.
            followed.result().forEach(card -> balances.putIfAbsent(card, 0L));
            return held(terms.result(), balances);
        });
    }

    private static ClaimCards held(Map<CardKey, CardTerms> terms, Map<CardId, Long> spendable) {
        var held = new ArrayList<Held>();
        for (CardTerms card : terms.values()) {
            Long balance = spendable.get(card.id());
            if (balance != null && !card.isDeleted()) {
                held.add(new Held(card, balance));
            }
        }
        return new ClaimCards(held);
    }

    private Future<ClaimState> append(SqlClient tx, ClaimReward command, Owner owner, Chosen chosen) {
        MemberId member = command.member();
        RewardId reward = command.reward();
        var claim = new NewClaim(
                new ClaimKey(owner.partner(), new ClaimId(Uuids.next())),
                member,
                chosen.card(),
                reward,
                chosen.reward().pointsRequired(),
                owner.now(),
                owner.now().plus(waits));
        return claims.append(tx, claim)
                .compose(added -> tell(tx, added, command.origin().requestId()).map(added));
    }

    private static Future<?> tell(SqlClient tx, ClaimState claim, String requestId) {
        return Outbox.append(tx, List.of(ClaimView.event(claim, requestId)));
    }

    private static void refuse(Optional<Problem> problem) {
        if (problem.isPresent()) {
            throw problem.get().asException();
        }
    }
}
