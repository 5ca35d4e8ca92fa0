package dev.merit.vouchers;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherValidated;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asking about vouchers, very often. */
class ValidationIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final int ASKED = 10_000;
    private static final int AT_ONCE = 200;

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final ClubId club = Nodes.club();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when asking uses a voucher up, credits its points, enrols a stranger, or leaves anything else behind. */
    @Test
    void changesNothingHoweverOftenItIsAsked() {
        CardId card = nodes.card(partner, club);
        MemberId regular = Nodes.member();
        Voucher once = nodes.voucher(partner, Draft.points(club, card, 25).limited(3L, 1L));
        Voucher spent = nodes.voucher(partner, Draft.fixed(club).limited(1L, null));
        var unused = get(nodes.redeem(0, partner, once.id(), regular));
        unused = get(nodes.redeem(0, partner, spent.id(), regular));
        List<String> codes = List.of(once.code(), spent.code(), "NO-SUCH-CODE");
        String before = everything();

        int valid = 0;
        for (int asked = 0; asked < ASKED; asked += AT_ONCE) {
            List<Future<Done<VoucherValidated>>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                MemberId member = i % 2 == 0 ? regular : Nodes.member();
                answers.add(ask(i, codes.get(i % codes.size()), member));
            }
            var all = get(Future.all(answers));
            assertThat(all.size()).isEqualTo(AT_ONCE);
            valid += (int) answers.stream()
                    .filter(answer -> answer.result().body().valid())
                    .count();
        }

        assertThat(valid).as("some could have been redeemed").isBetween(1, ASKED - 1);
        assertThat(everything()).isEqualTo(before);
    }

    private Future<Done<VoucherValidated>> ask(int node, String code, MemberId member) {
        var fields = new ValidateFields(code, member.toString(), club, 2_450L);
        return nodes.bus(node).command(new ValidateVoucher(partner, fields, Nodes.origin(null)));
    }

    /** The rows of every table that a voucher could touch. */
    private static String everything() {
        var sum = new StringBuilder();
        for (String table : POSTGRES.query("""
                SELECT schemaname || '.' || tablename
                  FROM pg_tables
                 WHERE schemaname IN ('vouchers', 'ledger', 'platform') AND tablename NOT LIKE 'flyway%'
                 ORDER BY 1
                """)) {
            sum.append(table)
                    .append(POSTGRES.query(
                            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM "
                                    + table + " AS t"))
                    .append('\n');
        }
        return sum.toString();
    }
}
