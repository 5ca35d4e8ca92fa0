package dev.merit.keys.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyAllowanceTest {
    private static final KeyGrant GRANT = new KeyGrant("till", List.of("read", "write:cards"), null, null);

    @Test
    void allowsKeysUpToTheLimit() {
        assertThat(new KeyAllowance(5, 4).judge(GRANT, null)).isInstanceOf(Checked.Valid.class);
        assertThat(new KeyAllowance(Limits.UNLIMITED, 1_000).judge(GRANT, null)).isInstanceOf(Checked.Valid.class);

        Problem problem = refusal(new KeyAllowance(5, 5), null);
        assertThat(problem.code()).isEqualTo(Problem.Code.LIMIT_REACHED);
        assertThat(problem.details()).containsEntry("limit", 5);
    }

    // Without this a key that may only make keys could make itself one that may do everything.
    @Test
    void refusesScopesThatTheCallerDoesNotHold() {
        Problem problem = refusal(new KeyAllowance(5, 0), List.of("read", "write:keys"));

        assertThat(problem.code()).isEqualTo(Problem.Code.SCOPE_INSUFFICIENT);
        assertThat(problem.details()).containsEntry("required", List.of("write:cards"));
    }

    @Test
    void letsAdminGrantEverything() {
        assertThat(new KeyAllowance(5, 0).judge(GRANT, List.of("admin"))).isInstanceOf(Checked.Valid.class);
    }

    private static Problem refusal(KeyAllowance allowance, @Nullable List<String> held) {
        Checked<KeyGrant> checked = allowance.judge(GRANT, held);
        assertThat(checked).isInstanceOf(Checked.Refused.class);
        return ((Checked.Refused<KeyGrant>) checked).problem();
    }
}
