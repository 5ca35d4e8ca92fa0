package dev.merit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    private static final String ETAG = "\"abc\"";

    @Test
    void permitsEverythingWithoutIfMatch() {
        assertThat(Origin.system("r").permits(ETAG)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"abc\"", "*", "\"x\", \"abc\"", " \"abc\" "})
    void permitsAListedTag(String ifMatch) {
        assertThat(new Origin("r", null, ifMatch).permits(ETAG)).isTrue();
    }

    // A weak tag says "about the same": accepting it would let a lost update through.
    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "W/\"abc\"", "abc", ""})
    void refusesAnyOtherTag(String ifMatch) {
        assertThat(new Origin("r", null, ifMatch).permits(ETAG)).isFalse();
    }
}
