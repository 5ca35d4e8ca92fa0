package dev.merit.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What lists of members read of 100,000 members, half of them a partner's: no more than they show or count, whether or
 * not the server's plan knows the values. A search by part of the name reads the members one by one.
 */
class MemberPlansIT {
    private static final String PARTNER = "'00000000-0000-0001-0000-000000000001'";
    private static final String TOP = "'ffffffff-ffff-ffff-ffff-ffffffffffff'";
    private static final Pattern ROWS = Pattern.compile("actual rows=(\\d+)");

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @BeforeAll
    static void fill() {
        POSTGRES.execute("""
                INSERT INTO registry.member (id, unique_identifier, email, name)
                SELECT ('019a' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid,
                       '000-' || lpad((n / 1000000)::text, 3, '0') || '-' || lpad((n / 1000 % 1000)::text, 3, '0')
                           || '-' || lpad((n % 1000)::text, 3, '0'),
                       n || '@example.com', 'Member ' || n
                  FROM generate_series(1, 100000) AS n
                """);
        POSTGRES.execute("""
                INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at)
                SELECT '00000000-0000-0001-0000-000000000001', id, now()
                  FROM registry.member
                 WHERE right(unique_identifier, 1) < '5'
                """);
        POSTGRES.execute("VACUUM ANALYZE registry.member, ledger.enrolment");
    }

    @Test
    void readsOnePageOfAllMembers() {
        assertReadsAtMost(26, StatementRules.run(POSTGRES, MemberStore.class, "LIST_MEMBERS", TOP, "NULL", "26", "0"));
    }

    // Half of all members are strangers to the partner: none of them may be read on the way.
    @Test
    void readsOnePageOfAPartnersMembers() {
        assertReadsAtMost(
                26,
                StatementRules.run(
                        POSTGRES, PartnerMemberStore.class, "LIST_PARTNER_MEMBERS", PARTNER, TOP, "26", "0"));
    }

    // The total is exact up to 10,000 and then says that there are more: it must not count them.
    @Test
    void countsNoMoreThanATotalCanSay() {
        assertReadsAtMost(10_001, StatementRules.run(POSTGRES, MemberStore.class, "COUNT_MEMBERS", "NULL", "10001"));
        List<String> ofPartner =
                StatementRules.run(POSTGRES, PartnerMemberStore.class, "COUNT_PARTNER_MEMBERS", PARTNER, "10001");
        assertReadsAtMost(10_001, ofPartner);
        assertThat(ofPartner)
                .as("enrolments are counted, members are not looked up")
                .allSatisfy(plan -> assertThat(plan)
                        .contains("Index Only Scan using enrolment_pkey")
                        .doesNotContain("member_pkey"));
    }

    private static void assertReadsAtMost(long rows, List<String> plans) {
        assertThat(plans).hasSize(2).allSatisfy(plan -> {
            assertThat(plan).doesNotContain("Rows Removed by Filter");
            assertThat(ROWS.matcher(plan).results().mapToLong(found -> Long.parseLong(found.group(1))))
                    .isNotEmpty()
                    .allMatch(read -> read <= rows, plan);
        });
    }
}
