package dev.merit.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names a member, who may hold cards of many partners. */
public record MemberId(@JsonValue UUID value) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MemberId {}

    @Override
    public String toString() {
        return value.toString();
    }
}
