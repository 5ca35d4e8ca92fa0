package dev.merit.points.app;

import dev.merit.contracts.Answer;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.points.LiveCardsRequest;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCard;
import dev.merit.contracts.points.LiveCardsRequest.FindLiveCardByNumber;
import dev.merit.contracts.points.LiveCardsRequest.ListLiveCards;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.points.LiveCardsRequest.LiveCards;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.WalletReads;
import dev.merit.ledger.store.WalletReads.Account;
import dev.merit.platform.pg.Database;
import dev.merit.points.domain.Follow;
import dev.merit.points.store.LiveCardStore;
import dev.merit.points.store.LiveCardStore.Found;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Loyalty cards as anybody may find them, whoever the partner is. */
public final class LiveCardService {
    private final Database database;
    private final LiveCardStore cards = new LiveCardStore();
    private final WalletReads wallets = new WalletReads();
    private final MyCards myCards = new MyCards();

    public LiveCardService(Database database) {
        this.database = database;
    }

    /** Answers whatever is asked of live cards. */
    public Future<Answer> answer(LiveCardsRequest<?> request) {
        return switch (request) {
            case ListLiveCards query -> listLiveCards(query).map(query::reply);
            case FindLiveCard query ->
                findLiveCard(query.card(), query.member()).map(query::reply);
            case FindLiveCardByNumber query -> findLiveCardByNumber(query).map(query::reply);
        };
    }

    private Future<LiveCards> listLiveCards(ListLiveCards query) {
        return cards.list(database.reads(), query.partners(), query.member(), LiveCardsRequest.LISTED_MAX)
                .compose(found -> withSides(found, query.member()))
                .map(LiveCards::new);
    }

    private Future<LiveCard> findLiveCardByNumber(FindLiveCardByNumber query) {
        return cards.findId(database.reads(), query.uniqueIdentifier())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(card -> findLiveCard(card, query.member()));
    }

    private Future<LiveCard> findLiveCard(CardId card, @Nullable MemberId member) {
        return cards.find(database.reads(), card, member)
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()))
                .compose(found -> withSides(List.of(found), member))
                .map(List::getFirst);
    }

    private Future<List<LiveCard>> withSides(List<Found> found, @Nullable MemberId member) {
        if (member == null || found.isEmpty()) {
            return Future.succeededFuture(found.stream().map(Found::card).toList());
        }
        return accounts(found, member).compose(accounts -> {
            Map<AccountKey, Follow> said = new HashMap<>();
            for (Found each : found) {
                Follow follow = each.follow();
                if (follow != null) {
                    said.put(key(each, member), follow);
                }
            }
            return myCards.among(database.reads(), member, accounts, said).map(mine -> found.stream()
                    .map(each -> seenBy(each, key(each, member), accounts, mine))
                    .toList());
        });
    }

    /** What the member has on these cards; those without an account are not in the map. */
    private Future<Map<AccountKey, Account>> accounts(List<Found> found, MemberId member) {
        if (found.size() == 1) {
            AccountKey only = key(found.getFirst(), member);
            return wallets.findAccount(database.reads(), only)
                    .map(account -> account.map(known -> Map.of(only, known)).orElseGet(Map::of));
        }
        var wanted = found.stream().map(each -> key(each, member)).collect(Collectors.toUnmodifiableSet());
        return wallets.listAccounts(database.reads(), member, MyCards.CARDS_MAX).map(all -> {
            Map<AccountKey, Account> known = new HashMap<>(all);
            known.keySet().retainAll(wanted);
            return known;
        });
    }

    private static LiveCard seenBy(
            Found found, AccountKey key, Map<AccountKey, Account> accounts, Set<AccountKey> mine) {
        return found.seenBy(
                mine.contains(key), accounts.getOrDefault(key, Account.NONE).balance());
    }

    private static AccountKey key(Found found, MemberId member) {
        return new AccountKey(found.card().partnerId(), member, found.card().id());
    }
}
