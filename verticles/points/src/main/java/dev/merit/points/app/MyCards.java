package dev.merit.points.app;

import dev.merit.contracts.MemberId;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.WalletReads;
import dev.merit.ledger.store.WalletReads.Account;
import dev.merit.points.domain.Follow;
import dev.merit.points.store.FollowStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which cards are a member's: those that it earned on or follows, less those that it unfollowed, unless it earned on
 * them again since. It is decided when it is asked for, so that a purchase writes nothing for it.
 */
final class MyCards {
    /** How many cards a member can have at most; whoever has more sees that many of them. */
    static final int CARDS_MAX = 1_000;

    private final WalletReads wallets = new WalletReads();
    private final FollowStore follows = new FollowStore();

    /** The member's cards and what it has on them; deleted ones are among them. Two statements in one flight. */
    Future<Map<AccountKey, Account>> list(SqlClient client, MemberId member) {
        Future<Map<AccountKey, Account>> accounts = wallets.listAccounts(client, member, CARDS_MAX);
        Future<Map<AccountKey, Follow>> said = follows.listOfMember(client, member, CARDS_MAX);
        return Future.all(accounts, said)
                .compose(both -> mine(client, member, new Known(accounts.result(), said.result())));
    }

    /** The same for one card: whether it is among the member's. */
    Future<Boolean> has(SqlClient client, AccountKey card, Account account, @Nullable Follow said) {
        Map<AccountKey, Follow> follow = said == null ? Map.of() : Map.of(card, said);
        return mine(client, card.member(), new Known(Map.of(card, account), follow))
                .map(mine -> mine.containsKey(card));
    }

    /** The same for cards of which all is known: those of them that are the member's. */
    Future<Set<AccountKey>> among(
            SqlClient client, MemberId member, Map<AccountKey, Account> accounts, Map<AccountKey, Follow> said) {
        return mine(client, member, new Known(accounts, said)).map(Map::keySet);
    }

    private record Known(Map<AccountKey, Account> accounts, Map<AccountKey, Follow> follows) {
        Set<AccountKey> cards() {
            var cards = new HashSet<>(accounts.keySet());
            cards.addAll(follows.keySet());
            return cards;
        }

        Account account(AccountKey card) {
            return accounts.getOrDefault(card, Account.NONE);
        }
    }

    private Future<Map<AccountKey, Account>> mine(SqlClient client, MemberId member, Known known) {
        var mine = new HashMap<AccountKey, Account>();
        var seen = new HashMap<AccountKey, Long>();
        for (AccountKey card : known.cards()) {
            Follow said = known.follows().get(card);
            Account account = known.account(card);
            switch (Follow.place(said, account.entries())) {
                case MINE -> mine.put(card, account);
                case MINE_IF_EARNED_SINCE -> seen.put(card, said == null ? 0 : said.seen());
                case LEFT -> {} // It stays readable, but is not listed.
            }
        }
        return wallets.listEarnedSince(client, member, seen).map(earned -> {
            earned.forEach(card -> mine.put(card, known.account(card)));
            return mine;
        });
    }
}
