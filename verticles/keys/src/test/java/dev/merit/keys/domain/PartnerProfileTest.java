package dev.merit.keys.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.keys.Refusals;
import org.junit.jupiter.api.Test;

class PartnerProfileTest {

    @Test
    void trimsTheNameAndLowersTheEmail() {
        PartnerFields fields = PartnerProfile.of(fields("  Café  ", " Owner@Example.COM ", Limits.standard()))
                .orThrow();

        assertThat(fields.name()).isEqualTo("Café");
        assertThat(fields.email()).isEqualTo("owner@example.com");
    }

    @Test
    void tellsEveryBadFieldAtOnce() {
        var checked = PartnerProfile.of(fields(" ", "nobody", new Limits(-2, 0, 0, 0, 0, 0, -1)));

        assertThat(checked).isInstanceOf(Checked.Refused.class);
        assertThat(Refusals.badFields(((Checked.Refused<PartnerFields>) checked).problem()))
                .containsOnly("name", "email", "limits.agent_keys");
    }

    private static PartnerFields fields(String name, String email, Limits limits) {
        return new PartnerFields(name, email, true, Permissions.all(), limits);
    }
}
