package dev.merit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyFormatTest {
    private static final String RANDOM = "a8f3k2m1ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    // The check value of CRC-32 (IEEE), 0xCBF43926, and an empty text pin polynomial, alphabet and padding: another
    // alphabet order or a missing pad would make keys that no other implementation accepts.
    @Test
    void writesTheChecksumInBase62PaddedToSixCharacters() {
        assertThat(KeyFormat.checksum("123456789")).isEqualTo("3jZRME");
        assertThat(KeyFormat.checksum("")).isEqualTo("000000");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void acceptsWhatItComposes(Role role) {
        String text = KeyFormat.compose(role, RANDOM);

        assertThat(text).startsWith(role.prefix()).hasSize(role.prefix().length() + 40);
        assertThat(KeyFormat.wellFormed(role, text)).isTrue();
        assertThat(KeyFormat.roleOf(text)).contains(role);
    }

    @Test
    void showsThePrefixAndEightCharacters() {
        assertThat(KeyFormat.visible(KeyFormat.compose(Role.PARTNER, RANDOM))).isEqualTo("rl_agent_a8f3k2m1");
    }

    // A change of any single character must be noticed, wherever it is.
    @Test
    void refusesAKeyWithOneWrongCharacter() {
        String text = KeyFormat.compose(Role.PARTNER, RANDOM);
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == '7' ? '8' : '7';
            String wrong = text.substring(0, i) + other + text.substring(i + 1);
            assertThat(KeyFormat.wellFormed(Role.PARTNER, wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void refusesAKeyOfAnotherRoleOrLength() {
        String text = KeyFormat.compose(Role.PARTNER, RANDOM);

        assertThat(KeyFormat.wellFormed(Role.MEMBER, text)).isFalse();
        assertThat(KeyFormat.wellFormed(Role.PARTNER, text + "0")).isFalse();
        assertThat(KeyFormat.wellFormed(Role.PARTNER, "")).isFalse();
        assertThat(KeyFormat.roleOf("sk_live_123")).isEmpty();
    }

    @Test
    void refusesToComposeFromTooLittleChance() {
        assertThatThrownBy(() -> KeyFormat.compose(Role.ADMIN, "short")).isInstanceOf(IllegalArgumentException.class);
    }
}
