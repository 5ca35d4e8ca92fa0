package dev.merit.node;

import dev.merit.events.TopicReplay.Told;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.AccountProof.Rebuilt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Balances as a consumer of the topic gets them, beside those of the ledger. Repeats, and what is newer than the
 * ledger's snapshot, change no balance here; they are handed out to be compared with the ledger one by one.
 */
final class Replayed {
    private final Map<AccountKey, Account> accounts = new HashMap<>();
    private final List<Told> doubtful = new ArrayList<>();
    private long events;
    private long repeats;

    private static final class Account {
        private final long entries;
        private final long balance;
        private long told;
        private long toldBalance;
        private @Nullable String trouble;

        Account(long entries, long balance) {
            this.entries = entries;
            this.balance = balance;
        }

        void tell(Told event) {
            if (trouble != null) {
                return;
            }
            if (event.accountSequence() != told + 1) {
                trouble = told == 0
                        ? "the topic begins with entry " + event.accountSequence()
                                + ": what was before is no longer there"
                        : "the topic tells entry " + event.accountSequence() + " after entry " + told;
                return;
            }
            told++;
            toldBalance += event.points();
            if (event.balanceAfter() != toldBalance) {
                trouble = "event " + told + " says the balance " + event.balanceAfter()
                        + ", but the events up to it add" + " up to " + toldBalance;
            }
        }

        @Nullable
        String difference(long firstWaiting) {
            if (trouble != null) {
                return trouble;
            }
            if (told < entries && firstWaiting > told + 1) {
                return "the topic tells " + told + " entries of " + entries + ", and the others do not wait";
            }
            return told == entries && toldBalance != balance
                    ? "the topic gives the balance " + toldBalance + ", the entries " + balance
                    : null;
        }
    }

    /** An account of the ledger's snapshot. */
    void expect(Rebuilt rebuilt) {
        accounts.put(rebuilt.key(), new Account(rebuilt.entries(), rebuilt.balance()));
    }

    /** An event of the topic, in its order. */
    void tell(Told event) {
        events++;
        var key = new AccountKey(event.partnerId(), event.memberId(), event.cardId());
        Account account = accounts.get(key);
        if (account == null || event.accountSequence() > account.entries) {
            doubtful.add(event);
        } else if (event.accountSequence() <= account.told) {
            repeats++;
            doubtful.add(event);
        } else {
            account.tell(event);
        }
    }

    long events() {
        return events;
    }

    long repeats() {
        return repeats;
    }

    /** Events since the last call that are repeated, newer than the snapshot, or invented. */
    List<Told> takeDoubtful() {
        List<Told> taken = List.copyOf(doubtful);
        doubtful.clear();
        return taken;
    }

    int doubts() {
        return doubtful.size();
    }

    /**
     * Where the topic and the ledger differ, a sentence each.
     *
     * @param firstWaiting the first entry of an account that is not published yet
     * @param incomplete accounts of which the topic is known not to tell everything
     */
    List<String> differences(Map<AccountKey, Long> firstWaiting, Set<AccountKey> incomplete) {
        List<String> found = new ArrayList<>();
        accounts.forEach((key, account) -> {
            String difference = account.difference(firstWaiting.getOrDefault(key, Long.MAX_VALUE));
            if (difference != null && !incomplete.contains(key)) {
                found.add(VerifyLedgerCommand.named(key) + ": " + difference);
            }
        });
        return found;
    }
}
