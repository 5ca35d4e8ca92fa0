package dev.merit.points.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Problem;
import dev.merit.contracts.points.WalletRequest;
import dev.merit.contracts.points.WalletRequest.FindMemberCard;
import dev.merit.contracts.points.WalletRequest.FindWallet;
import dev.merit.contracts.points.WalletRequest.ListMemberCards;
import dev.merit.contracts.points.WalletRequest.ListMemberRewards;
import dev.merit.contracts.points.WalletRequest.MemberCard;
import dev.merit.contracts.points.WalletRequest.MemberCardPage;
import dev.merit.contracts.points.WalletRequest.MemberRewardPage;
import dev.merit.contracts.points.WalletRequest.Wallet;
import dev.merit.contracts.points.WalletRequest.WalletBalance;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.ledger.store.WalletReads;
import dev.merit.ledger.store.WalletReads.Account;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupRead;
import dev.merit.points.domain.Follow;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.FollowStore;
import dev.merit.points.store.HoldingsStore;
import dev.merit.points.store.HoldingsStore.Holdings;
import dev.merit.points.store.WalletStore;
import dev.merit.points.store.WalletStore.ShownCard;
import dev.merit.points.store.WalletStore.ShownReward;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a member has: its cards, what is on them, and what can be had for it. It writes nothing. */
public final class WalletService {
    private static final Paging ONE = new Paging(1, 1, null);
    /** Few members in one statement, as each may have {@value MyCards#CARDS_MAX} cards. */
    private static final GroupRead.Limits TOGETHER = new GroupRead.Limits(32, 2_000, WalletRequest.ADDRESS.timeout());

    private final SqlClient reads;
    private final SqlClient lookups;
    private final MyCards mine = new MyCards();
    private final WalletReads wallets = new WalletReads();
    private final FollowStore follows = new FollowStore();
    private final WalletStore store = new WalletStore();
    private final HoldingsStore holdings = new HoldingsStore();
    private final GroupRead<MemberId, Holdings> asked;

    public WalletService(Vertx vertx, Database database) {
        this.reads = database.reads();
        this.lookups = database.lookups();
        this.asked = new GroupRead<>(vertx, TOGETHER, members -> holdings.list(lookups, members, MyCards.CARDS_MAX));
    }

    /**
     * What shops ask for at every login. One statement serves all who ask at once; a second comes for a member with
     * entries on a card since it unfollowed it.
     */
    public Future<Wallet> wallet(FindWallet query) {
        MemberId member = query.member();
        return asked.find(member).compose(found -> {
            Holdings held = found.orElseGet(Holdings::none);
            return mine.among(lookups, member, held.accounts(), held.follows()).map(cards -> wallet(held, cards));
        });
    }

    public Future<MemberCardPage> listCards(ListMemberCards query) {
        MemberId member = query.member();
        return mine.list(lookups, member).map(WalletService::byCard).compose(held -> {
            Future<List<ShownCard>> page = store.listCards(reads, held.keySet(), query.paging());
            Future<Long> total = store.countCards(reads, held.keySet());
            return Future.all(page, total)
                    .compose(both -> tiers(member, page.result()))
                    .map(tiers -> new MemberCardPage(
                            page.result().stream()
                                    .map(card -> WalletView.card(
                                            card,
                                            held.getOrDefault(card.key(), Account.NONE),
                                            tier(tiers, member, card)))
                                    .toList(),
                            Pagination.numbered(query.paging(), total.result(), null)));
        });
    }

    /** NOT_FOUND for a deleted card, and for one that the member neither has points on nor ever followed. */
    public Future<MemberCard> findCard(FindMemberCard query) {
        return follows.findCard(lookups, query.card())
                .map(WalletService::present)
                .compose(card -> findCard(query.member(), card));
    }

    private Future<MemberCard> findCard(MemberId member, CardKey card) {
        var key = new AccountKey(card.partner(), member, card.card());
        Future<Optional<Account>> account = wallets.findAccount(lookups, key);
        Future<Optional<Follow>> said = follows.find(lookups, member, card);
        Future<List<ShownCard>> found = store.listCards(reads, List.of(card), ONE);
        return Future.all(account, said, found).compose(all -> {
            if (found.result().isEmpty()
                    || (account.result().isEmpty() && said.result().isEmpty())) {
                throw Problem.notFound().asException();
            }
            Account has = account.result().orElse(Account.NONE);
            Future<Boolean> isMine = mine.has(lookups, key, has, said.result().orElse(null));
            Future<Map<StandingKey, Tier>> tiers = tiers(member, found.result());
            return Future.all(isMine, tiers).map(both -> {
                ShownCard shown = found.result().getFirst();
                return WalletView.card(shown, has, tier(tiers.result(), member, shown), isMine.result());
            });
        });
    }

    public Future<MemberRewardPage> listRewards(ListMemberRewards query) {
        return listMine(query.member()).compose(balances -> {
            Future<List<ShownReward>> page = store.listRewards(reads, balances, query.paging());
            Future<Long> total = store.countRewards(reads, balances.keySet());
            return Future.all(page, total)
                    .map(both -> new MemberRewardPage(
                            page.result().stream().map(WalletView::reward).toList(),
                            Pagination.numbered(query.paging(), total.result(), null)));
        });
    }

    private Future<Map<CardKey, Long>> listMine(MemberId member) {
        return mine.list(lookups, member).map(held -> byCard(held).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().balance())));
    }

    private static Map<CardKey, Account> byCard(Map<AccountKey, Account> held) {
        var cards = new HashMap<CardKey, Account>();
        held.forEach((key, account) -> cards.put(new CardKey(key.partner(), key.card()), account));
        return cards;
    }

    private static Wallet wallet(Holdings held, Set<AccountKey> mine) {
        var balances = new ArrayList<WalletBalance>(mine.size());
        held.titles().forEach((card, title) -> {
            if (mine.contains(card)) {
                long balance = held.accounts().getOrDefault(card, Account.NONE).balance();
                balances.add(new WalletBalance(card.card(), title, balance, WalletView.POINTS));
            }
        });
        return new Wallet(balances);
    }

    private Future<Map<StandingKey, Tier>> tiers(MemberId member, List<ShownCard> cards) {
        return wallets.listTiers(
                reads, cards.stream().map(card -> standing(member, card)).collect(Collectors.toSet()));
    }

    private static Optional<Tier> tier(Map<StandingKey, Tier> tiers, MemberId member, ShownCard card) {
        return Optional.ofNullable(tiers.get(standing(member, card)));
    }

    private static StandingKey standing(MemberId member, ShownCard card) {
        return new StandingKey(card.key().partner(), member, card.club());
    }

    private static CardKey present(Optional<CardKey> found) {
        return found.orElseThrow(() -> Problem.notFound().asException());
    }
}
