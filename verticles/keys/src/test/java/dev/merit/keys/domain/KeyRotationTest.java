package dev.merit.keys.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyRotationTest {
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<String> SCOPES = List.of("read", "write:transactions");
    private static final KeyRotation.Wish HOUR = wish(3_600, 0);

    @Test
    void givesTheNewKeyWhatTheOldOneHad() {
        KeyRotation rotation = good(KeyRotation.judge(old(null, null), HOUR));

        assertThat(rotation.grant()).isEqualTo(new KeyGrant("Till", SCOPES, 90, null));
        assertThat(rotation.oldExpiresAt()).isEqualTo(NOW.plusSeconds(3_600));
    }

    @Test
    void endsTheOldKeyAtOnceWithoutAnOverlap() {
        assertThat(good(KeyRotation.judge(old(null, null), wish(0, 0))).oldExpiresAt())
                .isEqualTo(NOW);
    }

    // An overlap that made an expiring key live longer would be a way around its expiry.
    @Test
    void neverLetsTheOldKeyLiveLongerThanItWouldHave() {
        Instant soon = NOW.plusSeconds(60);

        assertThat(good(KeyRotation.judge(old(soon, null), HOUR)).oldExpiresAt())
                .isEqualTo(soon);
    }

    // Rotation mostly happens because a key is about to expire: the same expiry would make it useless.
    @Test
    void beginsTheLifeOfAnExpiringKeyAnew() {
        Instant end = MADE.plus(Duration.ofDays(90));

        assertThat(good(KeyRotation.judge(old(end, null), HOUR)).grant().expiresAt())
                .isEqualTo(NOW.plus(Duration.ofDays(90)))
                .isAfter(end);
    }

    @Test
    void refusesAKeyThatCannotBeUsedAnyMore() {
        assertReason(old(null, MADE), "revoked");
        assertReason(old(NOW, null), "expired");
        assertReason(new KeyRotation.Old(key(NOW.plusSeconds(5), null), true, NOW), "rotated");
    }

    // The answer holds the new key's text: whoever lacks a scope would get it with the answer.
    @Test
    void refusesWhoeverLacksAScopeOfTheKey() {
        var wish = new KeyRotation.Wish(3_600, List.of("read", "write:keys"), 5, 0);

        Problem problem = refusal(KeyRotation.judge(old(null, null), wish));

        assertThat(problem.code()).isEqualTo(Problem.Code.SCOPE_INSUFFICIENT);
        assertThat(problem.details()).containsEntry("required", List.of("write:transactions"));
    }

    // Without it a key rotated over and over leaves any number of working keys behind.
    @Test
    void letsOnlySoManyOldKeysLiveOn() {
        assertThat(refusal(KeyRotation.judge(old(null, null), wish(1, 5))).code())
                .isEqualTo(Problem.Code.LIMIT_REACHED);
        assertThat(KeyRotation.judge(old(null, null), wish(0, 5))).isInstanceOf(Checked.Valid.class);
        assertThat(KeyRotation.judge(old(null, null), wish(1, 4))).isInstanceOf(Checked.Valid.class);
        assertThat(KeyRotation.judge(old(null, null), new KeyRotation.Wish(1, List.of("admin"), -1, 1_000)))
                .isInstanceOf(Checked.Valid.class);
    }

    private static void assertReason(KeyRotation.Old old, String reason) {
        Problem problem = refusal(KeyRotation.judge(old, HOUR));
        assertThat(problem.code()).isEqualTo(Problem.Code.CONFLICT);
        assertThat(problem.details()).containsEntry("reason", reason);
    }

    private static KeyRotation.Wish wish(long overlap, long overlapping) {
        return new KeyRotation.Wish(overlap, List.of("admin"), 5, overlapping);
    }

    private static KeyRotation.Old old(@Nullable Instant expiresAt, @Nullable Instant revokedAt) {
        return new KeyRotation.Old(key(expiresAt, revokedAt), false, NOW);
    }

    private static KeysRequest.Key key(@Nullable Instant expiresAt, @Nullable Instant revokedAt) {
        return new KeysRequest.Key(
                new KeyId(new UUID(0, 1)),
                Role.PARTNER,
                "Till",
                "rl_agent_12345678",
                SCOPES,
                90,
                expiresAt,
                null,
                revokedAt,
                MADE);
    }

    private static KeyRotation good(Checked<KeyRotation> checked) {
        return checked.orThrow();
    }

    private static Problem refusal(Checked<KeyRotation> checked) {
        assertThat(checked).isInstanceOf(Checked.Refused.class);
        return ((Checked.Refused<KeyRotation>) checked).problem();
    }
}
