package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a ledger entry, as the API names it. */
public record TransactionId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public TransactionId {}

    @Override
    public String toString() {
        return value.toString();
    }
}
