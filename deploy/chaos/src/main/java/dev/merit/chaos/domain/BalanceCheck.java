package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.Balance;
import dev.merit.chaos.domain.Evidence.ToldBalance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** E3: entries, stored balances and what nodes tell are one number; no account is ever below zero. */
final class BalanceCheck {
    private BalanceCheck() {}

    static void check(Evidence evidence, Findings findings) {
        Map<AccountKey, Long> stored = new HashMap<>();
        for (Balance balance : evidence.balances()) {
            stored.put(balance.account(), balance.points());
        }
        Map<AccountKey, List<LedgerRow>> entries = entries(evidence.ledger());
        entries.forEach((account, rows) -> checkAccount(account, rows, stored.get(account), findings));
        for (Balance balance : evidence.balances()) {
            if (!entries.containsKey(balance.account())) {
                findings.add(Promise.BALANCE, balance.account() + " has a balance and no entry");
            }
        }
        for (ToldBalance told : evidence.told()) {
            findings.looked(Promise.BALANCE, 1);
            if (!Objects.equals(told.balance(), stored.get(told.account()))) {
                findings.add(
                        Promise.BALANCE,
                        "node " + told.node() + " tells the " + told.asker() + " " + told.balance() + " for "
                                + told.account() + ", stored is " + stored.get(told.account()));
            }
        }
    }

    /** The entries of each account in their order. */
    static Map<AccountKey, List<LedgerRow>> entries(List<LedgerRow> ledger) {
        Map<AccountKey, List<LedgerRow>> entries = new HashMap<>();
        for (LedgerRow row : ledger) {
            entries.computeIfAbsent(row.account(), account -> new ArrayList<>()).add(row);
        }
        entries.values().forEach(rows -> rows.sort(Comparator.comparingLong(LedgerRow::sequence)));
        return entries;
    }

    private static void checkAccount(
            AccountKey account, List<LedgerRow> rows, @Nullable Long stored, Findings findings) {
        findings.looked(Promise.BALANCE, 1);
        long sum = 0;
        long expected = 1;
        for (LedgerRow row : rows) {
            sum += row.points();
            if (row.sequence() != expected) {
                findings.add(
                        Promise.BALANCE, account + " numbers an entry " + row.sequence() + " instead of " + expected);
            }
            expected = row.sequence() + 1;
            if (row.balanceAfter() != sum) {
                findings.add(
                        Promise.BALANCE,
                        account + " stood at " + sum + " after entry " + row.sequence() + ", which says "
                                + row.balanceAfter());
            }
            if (sum < 0) {
                findings.add(
                        Promise.BALANCE,
                        "negative: " + account + " stood at " + sum + " after entry " + row.sequence());
            }
        }
        if (stored == null || stored != sum) {
            findings.add(Promise.BALANCE, account + " has entries of " + sum + " and a balance of " + stored);
        }
    }
}
