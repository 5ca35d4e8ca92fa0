package dev.merit.keys.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.keys.Refusals;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyGrantTest {
    private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");
    private static final KeyGrant.Rules PARTNER = new KeyGrant.Rules(Role.PARTNER, 1_000, NOW);
    private static final KeyGrant.Rules MEMBER = new KeyGrant.Rules(Role.MEMBER, 120, NOW);

    @Test
    void readsScopesInTheOrderOfTheRoleAndOnce() {
        KeyGrant grant = valid(wish(List.of("write:cards", "read", "write:cards"), null), PARTNER);

        assertThat(grant.scopes()).containsExactly("read", "write:cards");
    }

    @Test
    void readsPresetsOfEachRole() {
        assertThat(valid(wish(null, "pos"), PARTNER).scopes())
                .containsExactlyInAnyOrder("read", "write:transactions", "write:rewards");
        assertThat(valid(wish(null, "till"), PARTNER).scopes())
                .containsExactlyInAnyOrder("read", "write:transactions", "use:rewards", "use:stamps", "use:vouchers");
        assertThat(valid(wish(null, "full_access"), MEMBER).scopes())
                .containsExactlyInAnyOrder("read", "write:redeem", "write:profile");
    }

    // A preset that grew write:keys would let every full_management key make keys of its own.
    @Test
    void leavesKeysOutOfFullManagement() {
        assertThat(valid(wish(null, "full_management"), PARTNER).scopes())
                .contains("write:cards", "write:staff")
                .doesNotContain("write:keys", "admin");
    }

    @Test
    void letsMemberKeysExpireAfterNinetyDays() {
        assertThat(valid(wish(null, "view_only"), MEMBER).expiresAt()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(valid(wish(null, "view_only"), PARTNER).expiresAt()).isNull();
    }

    // A check that stopped at the first bad field would make callers repair their request one round at a time.
    @Test
    void tellsEveryBadFieldAtOnce() {
        var wish = new KeyFields("  ", List.of("write:partners"), null, 1_001, NOW);

        assertThat(errors(KeyGrant.of(wish, PARTNER))).containsOnly("name", "scopes", "rate_limit", "expires_at");
    }

    @Test
    void refusesScopesWithAPresetAndNeither() {
        assertThat(errors(KeyGrant.of(wish(List.of("read"), "pos"), PARTNER))).containsOnly("scopes");
        assertThat(errors(KeyGrant.of(wish(null, null), PARTNER))).containsOnly("scopes");
        assertThat(errors(KeyGrant.of(wish(List.of(), null), PARTNER))).containsOnly("scopes");
        assertThat(errors(KeyGrant.of(wish(null, "till"), MEMBER))).containsOnly("preset");
    }

    @Test
    void takesAnyRateWhenTheCeilingIsOff() {
        var wish = new KeyFields("till", null, "pos", 5_000_000, null);

        assertThat(valid(wish, new KeyGrant.Rules(Role.PARTNER, -1, NOW)).rateLimit())
                .isEqualTo(5_000_000);
        assertThat(errors(KeyGrant.of(new KeyFields("till", null, "pos", 0, null), PARTNER)))
                .containsOnly("rate_limit");
    }

    private static KeyFields wish(@Nullable List<String> scopes, @Nullable String preset) {
        return new KeyFields("A key", scopes, preset, null, null);
    }

    private static KeyGrant valid(KeyFields wish, KeyGrant.Rules rules) {
        return KeyGrant.of(wish, rules).orThrow();
    }

    private static Set<String> errors(Checked<KeyGrant> checked) {
        assertThat(checked).isInstanceOf(Checked.Refused.class);
        return Refusals.badFields(((Checked.Refused<KeyGrant>) checked).problem());
    }
}
