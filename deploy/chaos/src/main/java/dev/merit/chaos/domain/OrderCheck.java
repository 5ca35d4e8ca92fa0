package dev.merit.chaos.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Whether every account behaves as if there were only one node: the numbers of its entries are an order in which all
 * operations and reads could have happened one after another, each between its request and its answer.
 */
final class OrderCheck {
    private final Map<String, OperationHistory> operations = new HashMap<>();
    private final Findings findings;

    private OrderCheck(History history, Findings findings) {
        for (OperationHistory each : history.operations()) {
            operations.put(each.operation().id().toString(), each);
        }
        this.findings = findings;
    }

    static void check(History history, Evidence evidence, Findings findings) {
        OrderCheck check = new OrderCheck(history, findings);
        Map<AccountKey, List<LedgerRow>> entries = BalanceCheck.entries(evidence.ledger());
        entries.forEach((account, rows) -> check.checkWrites(rows));
        Map<AccountKey, List<BalanceRead>> reads = new HashMap<>();
        for (BalanceRead read : history.reads()) {
            reads.computeIfAbsent(read.account(), account -> new ArrayList<>()).add(read);
        }
        reads.forEach((account, list) -> check.checkReads(entries.getOrDefault(account, List.of()), list));
    }

    private long began(LedgerRow row) {
        OperationHistory operation = operations.get(row.requestId());
        return operation == null ? Long.MIN_VALUE : operation.began();
    }

    private long answered(LedgerRow row) {
        OperationHistory operation = operations.get(row.requestId());
        return operation == null || !isNamed(row, operation) ? Long.MAX_VALUE : operation.acknowledgedAt();
    }

    /** The second row of a doubled operation was never answered: that is another promise's finding. */
    private static boolean isNamed(LedgerRow row, OperationHistory operation) {
        boolean names = row.event().equals(LedgerRow.PURCHASE) || row.event().equals(LedgerRow.REDEMPTION);
        return !names
                || operation.acknowledgements().stream()
                        .anyMatch(told -> row.id().equals(told.effect()));
    }

    /** Nothing is booked before something that was answered before it was even asked for. */
    private void checkWrites(List<LedgerRow> rows) {
        long earliestAnswer = Long.MAX_VALUE;
        UUID answered = null;
        for (LedgerRow row : rows.reversed()) {
            findings.looked(Promise.ORDER, 1);
            if (began(row) > earliestAnswer) {
                findings.add(
                        Promise.ORDER,
                        "entry " + row.id() + " was asked for after " + answered
                                + " was answered, and stands before it");
            }
            if (answered(row) < earliestAnswer) {
                earliestAnswer = answered(row);
                answered = row.id();
            }
        }
    }

    private void checkReads(List<LedgerRow> rows, List<BalanceRead> reads) {
        List<BalanceRead> ordered = new ArrayList<>(reads);
        ordered.sort(Comparator.comparingLong(BalanceRead::began));
        Map<BalanceRead, Integer> seen = new HashMap<>();
        for (BalanceRead read : ordered) {
            findings.looked(Promise.ORDER, 1);
            int least = 0;
            for (int at = 0; at < rows.size(); at++) {
                if (answered(rows.get(at)) < read.began()) {
                    least = at + 1;
                }
            }
            for (Map.Entry<BalanceRead, Integer> earlier : seen.entrySet()) {
                if (earlier.getKey().ended() < read.began()) {
                    least = Math.max(least, earlier.getValue());
                }
            }
            int found = find(rows, read, least);
            if (found < 0) {
                findings.add(
                        Promise.ORDER,
                        "node " + read.node() + " told " + read.balance() + " for " + read.account() + " when entry "
                                + least + " had been answered or seen before");
            } else {
                seen.put(read, found);
            }
        }
    }

    /** After how many entries the account first stood as the read says, among those the read can have seen; or -1. */
    private int find(List<LedgerRow> rows, BalanceRead read, int least) {
        for (int count = least; count <= rows.size(); count++) {
            if (count > 0 && began(rows.get(count - 1)) > read.ended()) {
                return -1;
            }
            long balance = count == 0 ? 0 : rows.get(count - 1).balanceAfter();
            if (balance == read.balance()) {
                return count;
            }
        }
        return -1;
    }
}
