package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a voucher of a partner. */
public record VoucherId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VoucherId {}

    @Override
    public String toString() {
        return value.toString();
    }
}
