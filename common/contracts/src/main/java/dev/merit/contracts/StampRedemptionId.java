package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a reward of a stamp card that was handed out. */
public record StampRedemptionId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public StampRedemptionId {}

    @Override
    public String toString() {
        return value.toString();
    }
}
