package dev.merit.ledger.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the tables would hold of one account: changed only by what a closed book says has changed. */
final class StoredAccount {
    AccountState state;
    final Map<Long, Lot> lots = new TreeMap<>();
    final List<Entry> entries = new ArrayList<>();
    final List<Allocation> allocations = new ArrayList<>();

    StoredAccount(AccountState state) {
        this.state = state;
    }

    List<Lot> openLots() {
        return lots.values().stream().filter(lot -> lot.remaining() > 0).toList();
    }

    /** As the statements do it: an insert that finds its row, or an update that finds none, is a fault. */
    void write(AccountBook book) {
        state = book.state();
        entries.addAll(book.entries());
        allocations.addAll(book.allocations());
        for (Lot lot : book.changedLots()) {
            if (lots.put(lot.sequence(), lot) == null) {
                throw new IllegalStateException("a changed lot was never there: " + lot);
            }
        }
        for (Lot lot : book.newLots()) {
            if (lots.put(lot.sequence(), lot) != null) {
                throw new IllegalStateException("a lot is new twice: " + lot);
            }
        }
    }

    /** What the tables would hold if the book were closed now. */
    Map<Long, Lot> lotsWith(AccountBook book) {
        var all = new TreeMap<>(lots);
        book.newLots().forEach(lot -> all.put(lot.sequence(), lot));
        book.changedLots().forEach(lot -> all.put(lot.sequence(), lot));
        return all;
    }
}
