package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Role;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests a minute, as callers see them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitIT {
    private RouterFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RouterFixture(Map.of(
                "MERIT_RATE_LIMIT_PARTNER_DEFAULT", "5",
                "MERIT_RATE_LIMIT_ADMIN_DEFAULT", "-1",
                "MERIT_RATE_LIMIT_ADMIN_CEILING", "-1"));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void countsEveryAnswerToAValidKeyAndThenRefuses() {
        TestKey key = TestKey.partner("read");
        key.rateLimit = 4;
        fixture.add(key);
        long now = Instant.now().getEpochSecond();

        assertThat(limits(fixture.get(key, "/health").answer())).isEqualTo("200 4/3");
        assertThat(limits(fixture.get(key, "/partner/nothing").answer())).isEqualTo("404 4/2");
        assertThat(limits(fixture.get(key, "/admin/keys").answer())).isEqualTo("403 4/1");
        assertThat(limits(fixture.post(key, "/partner/clubs", "{}").answer())).isEqualTo("403 4/0");
        var refused = fixture.get(key, "/health").answer();

        assertThat(limits(refused)).isEqualTo("429 4/0");
        refused.is(429, "RATE_LIMITED");
        assertThat(refused.json().path("retry_strategy").asText()).isEqualTo("backoff");
        assertThat(number(refused, "X-RateLimit-Reset")).isBetween(now + 55, now + 65);
        assertThat(number(refused, "Retry-After")).isBetween(50L, 60L);
        assertThat(limits(fixture.get(key, "/partner/nothing").answer())).isEqualTo("429 4/0");
    }

    @Test
    void takesTheRolesDefaultForAKeyWithoutALimit() {
        TestKey partner = TestKey.partner("read");
        partner.rateLimit = null;
        fixture.add(partner);
        TestKey member = new TestKey(Role.MEMBER);
        member.rateLimit = null;
        fixture.add(member);

        assertThat(limits(fixture.get(partner, "/health").answer())).isEqualTo("200 5/4");
        assertThat(limits(fixture.get(member, "/health").answer())).isEqualTo("200 120/119");
    }

    @Test
    void sendsNoHeadersWhereLimitingIsOff() {
        TestKey free = new TestKey(Role.ADMIN);
        free.rateLimit = null;
        fixture.add(free);
        TestKey own = new TestKey(Role.ADMIN);
        own.rateLimit = 2;
        fixture.add(own);

        assertThat(limits(fixture.get(free, "/health").answer())).isEqualTo("200 null/null");
        assertThat(fixture.get(free, "/health")
                        .answer()
                        .data()
                        .path("rate_limit")
                        .isNull())
                .isTrue();
        // A key's own limit holds all the same.
        assertThat(limits(fixture.get(own, "/health").answer())).isEqualTo("200 2/1");
    }

    @Test
    void countsEachKeyByItself() {
        TestKey one = TestKey.partner("read");
        one.rateLimit = 1;
        fixture.add(one);
        TestKey other = TestKey.partner("read");
        other.rateLimit = 1;
        fixture.add(other);

        fixture.get(one, "/health").answer().is(200);
        fixture.get(one, "/health").answer().is(429, "RATE_LIMITED");
        fixture.get(other, "/health").answer().is(200);
    }

    private static String limits(Answered answer) {
        return answer.status() + " " + answer.header("X-RateLimit-Limit") + "/"
                + answer.header("X-RateLimit-Remaining");
    }

    private static long number(Answered answer, String header) {
        return Long.parseLong(String.valueOf(answer.header(header)));
    }
}
