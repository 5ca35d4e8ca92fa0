package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Random histories over everything that moves points, through the API, beside a model that any reader can check by eye.
 * At rest the model, the ledger, the stored balances, the API and the counts of stamps and vouchers have to agree.
 */
@ResourceLock(SharedNode.LOCK)
final class HistoryIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    private static final int STEPS = 1_200;
    private static final int MEMBERS = 6;
    private static final int REWARD_PRICE = 40;
    private static final int STAMPS_REQUIRED = 5;
    private static final int STAMP_POINTS = 15;
    private static final int VOUCHER_POINTS = 30;
    private static final int USES_MAX = 60;
    private static final int USES_PER_MEMBER_MAX = 12;

    private static Http till;
    private static String partner;
    private static String card;
    private static String reward;
    private static String stampCard;
    private static String voucher;
    private static List<Wallet> wallets;

    private final List<Undoable> purchases = new ArrayList<>();
    private final List<Undoable> redemptions = new ArrayList<>();

    /** What one member has, written down in the most simple way. */
    private static final class Wallet {
        final String member;
        long balance;
        long stamps;
        long pending;
        long uses;

        Wallet(String member) {
            this.member = member;
        }
    }

    /** Something that can be taken back, and what it gave. */
    private record Undoable(String id, Wallet wallet, long points) {}

    @BeforeAll
    static void openShop() {
        Tenant tenant = NODE.get().tenant("history");
        till = tenant.caller("partner");
        partner = tenant.id("partners");
        String club = made("/partner/clubs", object("name", "History"));
        card = made("/partner/cards", object("club_id", club, "name", "History"));
        reward =
                made("/partner/rewards", object("card_id", card, "name", "Book").put("points_required", REWARD_PRICE));
        stampCard = made(
                "/partner/stamp-cards",
                object("club_id", club, "name", "Stamps", "reward_title", "Page", "reward_card_id", card)
                        .put("stamps_required", STAMPS_REQUIRED)
                        .put("reward_points", STAMP_POINTS)
                        .put("requires_physical_claim", true));
        voucher = made(
                "/partner/vouchers",
                object("club_id", club, "name", "Points", "type", "bonus_points", "points_card_id", card)
                        .put("value", VOUCHER_POINTS)
                        .put("max_uses_total", USES_MAX)
                        .put("max_uses_per_member", USES_PER_MEMBER_MAX));
        wallets = IntStream.range(0, MEMBERS)
                .mapToObj(each -> new Wallet(tenant.caller("admin")
                        .post("/admin/members", JsonNodeFactory.instance.objectNode())
                        .data()
                        .path("id")
                        .asText()))
                .toList();
    }

    // Breaks when any two features disagree about the points of a member: a void that takes too little, a round that
    // credits twice, a reversal that forgets what was spent.
    @Test
    void agreesWithTheModelAfterAnyHistory() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            Wallet wallet = wallets.get(random.nextInt(MEMBERS));
            String where = "seed " + seed + ", step " + step;
            switch (random.nextInt(8)) {
                case 0, 1 -> buy(wallet, 1 + random.nextInt(30), where);
                case 2 -> redeemReward(wallet, where);
                case 3 -> stamp(wallet, 1 + random.nextInt(7), where);
                case 4 -> handOut(wallet, where);
                case 5 -> useVoucher(wallet, where);
                case 6 -> takeBack(redemptions, random, where);
                default -> takeBack(purchases, random, where);
            }
        }
        wallets.forEach(wallet -> agrees(wallet, "seed " + seed));
        agreesAboutUses("seed " + seed);
    }

    private void buy(Wallet wallet, long points, String where) {
        Http.Answer answer = till.post(
                "/partner/transactions/purchase",
                of(wallet).put("card_id", card).put("purchase_amount", points));
        assertThat(answer.status()).as(where + answer.text()).isEqualTo(201);
        wallet.balance += points;
        assertThat(answer.data().path("new_balance").asLong()).as(where).isEqualTo(wallet.balance);
        purchases.add(new Undoable(answer.data().path("transaction_id").asText(), wallet, points));
    }

    private void redeemReward(Wallet wallet, String where) {
        Http.Answer answer = till.post(
                "/partner/transactions/redeem", of(wallet).put("card_id", card).put("reward_id", reward));
        if (wallet.balance < REWARD_PRICE) {
            assertThat(answer.code()).as(where + answer.text()).isEqualTo("INSUFFICIENT_BALANCE");
            return;
        }
        assertThat(answer.status()).as(where + answer.text()).isEqualTo(200);
        wallet.balance -= REWARD_PRICE;
    }

    private void stamp(Wallet wallet, int stamps, String where) {
        Http.Answer answer = till.post(
                "/partner/stamp-cards/" + stampCard + "/stamps", of(wallet).put("stamps", stamps));
        assertThat(answer.status()).as(where + answer.text()).isEqualTo(201);
        wallet.stamps += stamps;
        long rounds = wallet.stamps / STAMPS_REQUIRED;
        wallet.stamps %= STAMPS_REQUIRED;
        wallet.pending += rounds;
        wallet.balance += rounds * STAMP_POINTS;
        assertThat(answer.data().path("current_stamps").asLong()).as(where).isEqualTo(wallet.stamps);
        assertThat(answer.data().path("points_awarded").asLong()).as(where).isEqualTo(rounds * STAMP_POINTS);
    }

    private void handOut(Wallet wallet, String where) {
        Http.Answer answer = till.post("/partner/stamp-cards/" + stampCard + "/redeem", of(wallet));
        if (wallet.pending == 0) {
            assertThat(answer.code()).as(where + answer.text()).isEqualTo("STAMPS_INCOMPLETE");
            return;
        }
        wallet.pending--;
        assertThat(answer.data().path("pending_rewards").asLong())
                .as(where + answer.text())
                .isEqualTo(wallet.pending);
    }

    private void useVoucher(Wallet wallet, String where) {
        Http.Answer answer = till.post("/partner/vouchers/" + voucher + "/redeem", of(wallet));
        if (uses() == USES_MAX || wallet.uses == USES_PER_MEMBER_MAX) {
            assertThat(answer.json().path("details").path("reason").asText())
                    .as(where + answer.text())
                    .isEqualTo(uses() == USES_MAX ? "USED_UP" : "MEMBER_LIMIT");
            return;
        }
        assertThat(answer.status()).as(where + answer.text()).isEqualTo(200);
        wallet.uses++;
        wallet.balance += VOUCHER_POINTS;
        assertThat(answer.data().path("remaining_uses").asLong()).as(where).isEqualTo(USES_MAX - uses());
        redemptions.add(new Undoable(answer.data().path("redemption_id").asText(), wallet, VOUCHER_POINTS));
    }

    private void takeBack(List<Undoable> all, Random random, String where) {
        if (all.isEmpty()) {
            return;
        }
        Undoable undone = all.remove(random.nextInt(all.size()));
        boolean isUse = all == redemptions;
        String path = isUse
                ? "/partner/vouchers/redemptions/" + undone.id() + "/void"
                : "/partner/transactions/" + undone.id() + "/reverse";
        Http.Answer answer = till.post(path, object("reason", "History"));
        assertThat(answer.isGood()).as(where + answer.text()).isTrue();
        undone.wallet().balance -= undone.points();
        undone.wallet().uses -= isUse ? 1 : 0;
    }

    private void agrees(Wallet wallet, String where) {
        String account = " WHERE partner_id = '" + partner + "' AND member_id = '" + wallet.member + "'";
        assertThat(NODE.get().count("SELECT coalesce(sum(points), 0) FROM audit.v_ledger" + account))
                .as(where)
                .isEqualTo(wallet.balance);
        assertThat(NODE.get().count("SELECT coalesce(sum(balance), 0) FROM audit.v_balance" + account))
                .as(where)
                .isEqualTo(wallet.balance);
        assertThat(NODE.get()
                        .count("SELECT count(*) - coalesce(max(account_sequence), 0) FROM audit.v_ledger" + account))
                .as(where + ": numbers of entries have a gap")
                .isZero();
        assertThat(till.get("/partner/members/" + wallet.member + "/balance/" + card)
                        .data()
                        .path("balance")
                        .asLong())
                .as(where)
                .isEqualTo(wallet.balance);
        assertThat(NODE.get()
                        .count("SELECT coalesce(sum(granted - completed * " + STAMPS_REQUIRED
                                + " - current - expired), 0) FROM audit.v_stamps" + account))
                .as(where + ": stamps went astray")
                .isZero();
        assertThat(NODE.get().count("SELECT coalesce(sum(pending_rewards), 0) FROM audit.v_stamps" + account))
                .as(where)
                .isEqualTo(wallet.pending);
        assertThat(NODE.get().count("SELECT count(*) FROM audit.v_voucher_use" + account + " AND NOT voided"))
                .as(where)
                .isEqualTo(wallet.uses);
    }

    private void agreesAboutUses(String where) {
        var stored = till.get("/partner/vouchers/" + voucher).data();
        assertThat(stored.path("times_used").asLong()).as(where).isEqualTo(uses());
        assertThat(stored.path("remaining_uses").asLong()).as(where).isEqualTo(USES_MAX - uses());
    }

    private static long uses() {
        return wallets.stream().mapToLong(wallet -> wallet.uses).sum();
    }

    private static String made(String path, ObjectNode body) {
        Http.Answer answer = till.post(path, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.data().path("id").asText();
    }

    private static ObjectNode of(Wallet wallet) {
        return object("member_identifier", wallet.member);
    }

    private static ObjectNode object(String... namesAndTexts) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int each = 0; each < namesAndTexts.length; each += 2) {
            object.put(namesAndTexts[each], namesAndTexts[each + 1]);
        }
        return object;
    }
}
