package dev.merit.registry.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.registry.Refusals;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfilesTest {

    @Test
    void trimsWhatAClubIsCalled() {
        ClubFields fields = ClubProfile.of(
                        new ClubFields(" Downtown ", " Flagship ", " Europe/Amsterdam ", " EUR ", true))
                .orThrow();

        assertThat(fields).isEqualTo(new ClubFields("Downtown", "Flagship", "Europe/Amsterdam", "EUR", true));
    }

    // A check that stopped at the first bad field would make callers repair their request one round at a time.
    @Test
    void tellsEveryBadFieldOfAClubAtOnce() {
        var wish = new ClubFields(" ", "x".repeat(1_001), "Mars/Olympus", "EURO", true);

        assertThat(badFields(ClubProfile.of(wish))).containsOnly("name", "description", "time_zone", "currency");
    }

    @Test
    void countsCharactersAndNotUtf16Units() {
        assertThat(ClubProfile.of(new ClubFields("😀".repeat(255), null, "UTC", "USD", true)))
                .isInstanceOf(Checked.Valid.class);
        assertThat(badFields(ClubProfile.of(new ClubFields("😀".repeat(256), null, "UTC", "USD", true))))
                .containsOnly("name");
    }

    @Test
    void takesOnlyCurrenciesThatOneCanPayWith() {
        assertThat(WorldCodes.isCurrency("JPY")).isTrue();
        assertThat(WorldCodes.isCurrency("XAU")).isFalse();
        assertThat(WorldCodes.isCurrency("usd")).isFalse();
    }

    @Test
    void tellsEveryBadFieldOfAMemberAtOnce() {
        var wish = new MemberFields("nobody", "", "english please", "gold", "here");

        assertThat(badFields(NewMember.of(wish))).containsOnly("email", "name", "locale", "currency", "time_zone");
    }

    @Test
    void takesAMemberWithoutAnything() {
        NewMember member =
                NewMember.of(new MemberFields(null, null, null, null, null)).orThrow();

        assertThat(member.isAnonymous()).isTrue();
        assertThat(member.profile().isActive()).isTrue();
    }

    private static Set<String> badFields(Checked<?> checked) {
        assertThat(checked).isInstanceOf(Checked.Refused.class);
        return Refusals.badFields(((Checked.Refused<?>) checked).problem());
    }
}
