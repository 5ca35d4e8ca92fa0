package dev.merit.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void readsWhatItWrote() {
        UUID row = UUID.fromString("0198c0de-0000-7000-8000-0000000000ab");

        assertThat(Cursor.read(Cursor.behind(row))).contains(row);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "0198c0de-0000-7000-8000-0000000000ab"})
    void refusesWhatItDidNotWrite(String cursor) {
        assertThat(Cursor.read(cursor)).isEmpty();
    }
}
