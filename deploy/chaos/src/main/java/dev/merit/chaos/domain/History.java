package dev.merit.chaos.domain;

import java.util.List;

/** The clients' own journal (C): what they wanted and what they were told. */
public record History(List<OperationHistory> operations, List<BalanceRead> reads) {
    public History {
        operations = List.copyOf(operations);
        reads = List.copyOf(reads);
    }
}
