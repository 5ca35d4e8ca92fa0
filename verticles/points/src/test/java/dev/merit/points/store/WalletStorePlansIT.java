package dev.merit.points.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a member's reads cost beside 20,000 cards, rewards and follows that are not the member's. */
class WalletStorePlansIT {
    private static final String MEMBER = "'00000000-0000-0002-0000-000000000007'";
    private static final String MEMBERS =
            "'{00000000-0000-0002-0000-000000000007,00000000-0000-0002-0000-000000000008}'";
    private static final String PARTNERS =
            "'{00000000-0000-0001-0000-000000000001,00000000-0000-0001-0000-000000000001}'";
    private static final String CARDS = "'{00000000-0000-0003-0000-000000000011,00000000-0000-0003-0000-000000000012}'";

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @BeforeAll
    static void fill() {
        String id = "('00000000-0000-000%d-0000-' || lpad(%s::text, 12, '0'))::uuid";
        String partner = id.formatted(1, "'1'");
        String card = id.formatted(3, "n");
        String reward = id.formatted(4, "n");
        POSTGRES.execute("""
                INSERT INTO points.card (partner_id, card_id, club_id, name, unique_identifier, currency,
                                         points_per_currency, currency_unit_amount, initial_bonus_points, is_active,
                                         is_visible_by_default, created_at, updated_at)
                SELECT %s, %s, %s, 'Card', n::text, 'EUR', 1, 1, 0, true, false, now(), now()
                  FROM generate_series(1, 20000) AS n
                """.formatted(partner, card, id.formatted(5, "'1'")));
        POSTGRES.execute("""
                INSERT INTO points.reward (partner_id, reward_id, name, points_required, is_active, created_at, updated_at)
                SELECT %s, %s, 'Reward', 10, true, now(), now() FROM generate_series(1, 20000) AS n
                """.formatted(partner, reward));
        POSTGRES.execute("INSERT INTO points.reward_counter (partner_id, reward_id) SELECT %s, %s"
                .formatted(partner, reward)
                .concat(" FROM generate_series(1, 20000) AS n"));
        POSTGRES.execute(
                "INSERT INTO points.reward_card (partner_id, reward_id, card_id, position) SELECT %s, %s, %s, 0"
                        .formatted(partner, reward, card)
                        .concat(" FROM generate_series(1, 20000) AS n"));
        POSTGRES.execute("""
                INSERT INTO points.follow (member_id, partner_id, card_id, following, seen_sequence, changed_at)
                SELECT %s, %s, %s, true, 0, now() FROM generate_series(1, 20000) AS n
                """.formatted(id.formatted(2, "(n % 5000)"), partner, card));
        POSTGRES.execute("INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at) SELECT %s, %s, now()"
                .formatted(partner, id.formatted(2, "n"))
                .concat(" FROM generate_series(1, 20000) AS n"));
        POSTGRES.execute("""
                INSERT INTO ledger.account (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                            purchase_count, next_expiry, created_at, updated_at)
                SELECT %s, %s, %s, %s, 100, 100, 1, 1, now() + interval '1 year', now(), now()
                  FROM generate_series(1, 20000) AS n
                """.formatted(partner, id.formatted(2, "n"), card, id.formatted(5, "'1'")));
        POSTGRES.execute("VACUUM ANALYZE ledger.enrolment, ledger.account");
        POSTGRES.execute("VACUUM ANALYZE points.card, points.reward, points.reward_counter, points.reward_card,"
                + " points.follow");
    }

    // Breaks when the ledger's function is carried out by itself, row by row, instead of being a part of the statement.
    @Test
    void readsTheLedgersFunctionAsAPartOfTheStatement() {
        List<String> plans = StatementRules.run(POSTGRES, HoldingsStore.class, "LIST", MEMBERS, "1000");

        assertByKeys(plans);
        assertThat(plans).allSatisfy(plan -> assertThat(plan)
                .contains("enrolment_of_member", "account_pkey")
                .doesNotContain("Function Scan on holdings"));
    }

    // Breaks when a statement goes through what others have, whether or not the server's plan knows the values.
    @Test
    void findsWhatIsTheMembersByKeys() {
        assertByKeys(StatementRules.run(POSTGRES, WalletStore.class, "LIST_CARDS", PARTNERS, CARDS, "25", "0"));
        assertByKeys(StatementRules.run(POSTGRES, WalletStore.class, "COUNT_CARDS", PARTNERS, CARDS));
        assertByKeys(StatementRules.run(
                POSTGRES, WalletStore.class, "LIST_REWARDS", PARTNERS, CARDS, "'{5,20}'", "25", "0"));
        assertByKeys(StatementRules.run(POSTGRES, WalletStore.class, "COUNT_REWARDS", PARTNERS, CARDS));
        assertByKeys(StatementRules.run(POSTGRES, WalletStore.class, "CARD_TITLES", PARTNERS, CARDS));
        assertByKeys(StatementRules.run(POSTGRES, FollowStore.class, "LIST_OF_MEMBER", MEMBER, "1000"));
        assertByKeys(
                StatementRules.run(POSTGRES, FollowStore.class, "FIND_CARD", "'00000000-0000-0003-0000-000000000011'"));
        assertByKeys(StatementRules.run(
                POSTGRES, FollowStore.class, "IS_KNOWN", MEMBER, "'00000000-0000-0003-0000-000000000007'"));
    }

    private static void assertByKeys(List<String> plans) {
        assertThat(plans)
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan).contains("Index").doesNotContain("Seq Scan"));
    }
}
