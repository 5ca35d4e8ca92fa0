package dev.merit.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.MemberId;
import dev.merit.registry.domain.MemberIdentifier.ByEmail;
import dev.merit.registry.domain.MemberIdentifier.ById;
import dev.merit.registry.domain.MemberIdentifier.ByMemberNumber;
import dev.merit.registry.domain.MemberIdentifier.ByUniqueIdentifier;
import dev.merit.registry.domain.MemberIdentifier.Nobody;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberIdentifierTest {

    @Test
    void knowsAnIdWhateverItsVersionAndCase() {
        String id = "0198c0de-0000-7000-8000-0000000000AB";

        assertThat(MemberIdentifier.of(id)).isEqualTo(new ById(new MemberId(UUID.fromString(id))));
    }

    @Test
    void knowsAnEmailInWhateverCase() {
        assertThat(MemberIdentifier.of(" Ann@Example.COM ")).isEqualTo(new ByEmail("ann@example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"454-925-184-086", "454925184086", " 454925184086 "})
    void knowsAUniqueIdentifierWithAndWithoutHyphens(String text) {
        assertThat(MemberIdentifier.of(text)).isEqualTo(new ByUniqueIdentifier("454-925-184-086"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab3k", "AB3K", "Ab3K"})
    void knowsAMemberNumberInWhateverCase(String text) {
        assertThat(MemberIdentifier.of(text)).isEqualTo(new ByMemberNumber("AB3K"));
    }

    // A short form of UUID that Java reads would make two texts name one member.
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "1-1-1-1-1", "454925184087", "abc", "abcdefghi", "äöü1", "AB 3K", "'; DROP"})
    void knowsWhatNobodyIsCalled(String text) {
        assertThat(MemberIdentifier.of(text)).isInstanceOf(Nobody.class);
    }
}
