package dev.merit.points.app;

import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.Problem;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.WalletRequest.ListMemberCardTransactions;
import dev.merit.contracts.points.WalletRequest.ListMemberTransactions;
import dev.merit.contracts.points.WalletRequest.MemberTransaction;
import dev.merit.contracts.points.WalletRequest.MemberTransactionPage;
import dev.merit.ledger.store.HistoryReads;
import dev.merit.ledger.store.HistoryReads.Booked;
import dev.merit.ledger.store.HistoryReads.History;
import dev.merit.ledger.store.HistoryReads.Size;
import dev.merit.platform.Cursors;
import dev.merit.platform.pg.Database;
import dev.merit.points.store.CardStore.CardKey;
import dev.merit.points.store.FollowStore;
import dev.merit.points.store.RewardStore.RewardKey;
import dev.merit.points.store.WalletStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was booked for a member, with all partners; titles are those of today. It writes nothing. */
public final class HistoryService {
    private final SqlClient reads;
    private final HistoryReads ledger = new HistoryReads();
    private final FollowStore follows = new FollowStore();
    private final WalletStore store = new WalletStore();

    public HistoryService(Database database) {
        this.reads = database.reads();
    }

    public Future<MemberTransactionPage> list(ListMemberTransactions query) {
        var history =
                new History(query.member(), null, Cursors.read(query.paging().cursor()));
        return page(history, query.paging(), ledger.count(reads, history));
    }

    /** NOT_FOUND for a card that the member neither has points on nor ever followed. */
    public Future<MemberTransactionPage> list(ListMemberCardTransactions query) {
        var history = new History(
                query.member(), query.card(), Cursors.read(query.paging().cursor()));
        Future<Size> size = ledger.count(reads, history);
        Future<Boolean> known = follows.isKnown(reads, query.member(), query.card());
        Future<Size> allowed = Future.all(size, known).map(both -> {
            if (size.result().accounts() == 0 && !known.result()) {
                throw Problem.notFound().asException();
            }
            return size.result();
        });
        return page(history, query.paging(), allowed);
    }

    private Future<MemberTransactionPage> page(History history, Paging paging, Future<Size> size) {
        Future<List<Booked>> found = ledger.list(reads, history, paging);
        return Future.all(found, size).compose(both -> {
            List<Booked> page = found.result().stream().limit(paging.perPage()).toList();
            String next = next(found.result(), paging);
            Pagination pagination = paging.cursor() == null
                    ? Pagination.numbered(paging, size.result().entries(), next)
                    : Pagination.following(paging, next);
            return titled(page).map(items -> new MemberTransactionPage(items, pagination));
        });
    }

    /** One flight for a page, and none for an empty one. */
    private Future<List<MemberTransaction>> titled(List<Booked> page) {
        if (page.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Set<RewardKey> taken = new HashSet<>();
        for (Booked entry : page) {
            RewardId reward = entry.reward();
            if (reward != null) {
                taken.add(new RewardKey(entry.partner(), reward));
            }
        }
        Future<Map<CardKey, String>> cards = store.findCardTitles(
                reads, page.stream().map(HistoryService::card).collect(Collectors.toSet()));
        Future<Map<RewardKey, String>> rewards = store.findRewardTitles(reads, taken);
        return Future.all(cards, rewards).map(both -> page.stream()
                .map(entry -> WalletView.transaction(
                        entry, cards.result().getOrDefault(card(entry), ""), title(entry, rewards.result())))
                .toList());
    }

    private static @Nullable String title(Booked entry, Map<RewardKey, String> rewards) {
        RewardId reward = entry.reward();
        return reward == null ? null : rewards.get(new RewardKey(entry.partner(), reward));
    }

    private static CardKey card(Booked entry) {
        return new CardKey(entry.partner(), entry.card());
    }

    private static @Nullable String next(List<Booked> found, Paging paging) {
        return found.size() > paging.perPage()
                ? Cursors.write(found.get(paging.perPage() - 1).id())
                : null;
    }
}
