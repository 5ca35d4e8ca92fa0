package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a member of a partner's staff. */
public record StaffId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public StaffId {}

    @Override
    public String toString() {
        return value.toString();
    }
}
