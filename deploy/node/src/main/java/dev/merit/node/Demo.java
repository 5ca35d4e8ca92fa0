package dev.merit.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Command;
import dev.merit.contracts.Limits;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Request;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.Role;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.CreatePartner;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.ListPartners;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.AdjustFields;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.OnInsufficient;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.points.PointsRequest.ReverseFields;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;
import dev.merit.contracts.registry.RegistryRequest.CreateClub;
import dev.merit.contracts.registry.RegistryRequest.CreateMember;
import dev.merit.contracts.registry.RegistryRequest.CreateStaff;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.CreateStampCard;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.contracts.stamps.StampsRequest.StampFields;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.bus.Bus;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Fills an empty database with a small coffee shop, by the same requests that the API sends. */
final class Demo {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String CURRENCY = "USD";

    private final Bus bus;

    private Demo(Bus bus) {
        this.bus = bus;
    }

    /** What is kept of the demo, so that a later start shows the same lines. It holds the demo's key. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Kept(String key, CardId card, RewardId reward, MemberId member) {

        /** Three lines that work as pasted into any POSIX shell: the JSON never leaves its single quotes. */
        List<String> curls(String api) {
            String who = "\"card_id\":\"" + card + "\",\"member_identifier\":\"" + member + "\"";
            return List.of(
                    post(
                            api + "/partner/transactions/purchase",
                            "demo-purchase-1",
                            "{" + who + ",\"purchase_amount\":24.50}"),
                    "curl -sS '" + api + "/partner/members/" + member + "/balance/" + card + "' -H 'X-Agent-Key: " + key
                            + "'",
                    post(
                            api + "/partner/transactions/redeem",
                            "demo-redeem-1",
                            "{" + who + ",\"reward_id\":\"" + reward + "\"}"));
        }

        private String post(String url, String idempotencyKey, String body) {
            return "curl -sS -X POST '" + url + "' -H 'X-Agent-Key: " + key + "' -H 'Idempotency-Key: " + idempotencyKey
                    + "' -H 'Content-Type: application/json' -d '" + body + "'";
        }
    }

    /** The demo of this database: a new one when there is no partner yet, the kept one, or none. */
    static Optional<Kept> prepare(Bus bus, Path dataDirectory) {
        PrivateFile<Kept> file = file(dataDirectory);
        Demo demo = new Demo(bus);
        if (demo.ask(new ListPartners(null, null, new Paging(1, 1, null)))
                .items()
                .isEmpty()) {
            file.write(demo.fill());
        }
        return file.read();
    }

    /** The demo that was made in this directory. */
    static Optional<Kept> kept(Path dataDirectory) {
        return file(dataDirectory).read();
    }

    private static PrivateFile<Kept> file(Path dataDirectory) {
        return new PrivateFile<>(dataDirectory.resolve("demo.json"), Kept.class);
    }

    private Kept fill() {
        PartnerId partner = give(new CreatePartner(
                        new PartnerFields(
                                "Demo Coffee", "demo@merit.example", true, Permissions.all(), Limits.standard()),
                        origin()))
                .id();
        ClubId club = give(new CreateClub(
                        partner,
                        new ClubFields("Demo Coffee Club", "Coffee, and points for it.", "UTC", CURRENCY, true),
                        Limits.UNLIMITED,
                        origin()))
                .id();
        CardId coffee = card(partner, club, "Coffee Card", 10);
        CardId beans = card(partner, club, "Beans Card", 25);
        RewardId espresso = reward(partner, List.of(coffee), "Free espresso", 50);
        var unused = List.of(
                reward(partner, List.of(coffee, beans), "Bag of beans", 400),
                reward(partner, List.of(beans), "Barista course", 2_500));
        List<MemberId> members = members();
        int dollars = 12;
        for (MemberId member : members) {
            buy(partner, coffee, member, dollars + ".40");
            dollars += 7;
        }
        buy(partner, beans, members.getFirst(), "38.00");
        serve(new Shop(partner, club, coffee, espresso), members);
        var key = give(new CreateKey(
                Role.PARTNER, partner.value(), new KeyFields("Demo", null, "full", null, null), null, origin()));
        String text = key.key();
        if (text == null) {
            throw new StartFailed("The demo's key came without its text.");
        }
        return new Kept(text, coffee, espresso, members.getFirst());
    }

    private record Shop(PartnerId partner, ClubId club, CardId coffee, RewardId espresso) {}

    /** What happens over the counter, so that there is one of everything to look at. */
    private void serve(Shop shop, List<MemberId> members) {
        var _ = List.of(tier(shop, "Regular", 1_500, "1.25"), tier(shop, "Barista", 5_000, "1.5"));
        StaffId eve = give(new CreateStaff(
                        shop.partner(),
                        new StaffFields(shop.club(), "Eve", "eve@merit.example", "en", "UTC"),
                        Limits.UNLIMITED,
                        origin()))
                .id();
        MemberId ben = members.get(1);
        MemberId chloe = members.get(2);
        var purchase = give(new Purchase(
                shop.partner(),
                new PurchaseFields(
                        shop.coffee(), ben.toString(), new BigDecimal("9.80"), eve, null, "demo-order-1", null),
                origin()));
        var _ = give(new Reverse(
                shop.partner(),
                purchase.transactionId(),
                new ReverseFields(new BigDecimal("4.90"), "One cup was spilled", eve, null, OnInsufficient.NEGATIVE),
                origin()));
        var _ = give(new Adjust(
                shop.partner(),
                new AdjustFields(shop.coffee(), chloe.toString(), 25, "Waited too long", eve, null, null),
                origin()));
        var _ = give(new Redeem(
                shop.partner(),
                new RedeemFields(shop.coffee(), shop.espresso(), chloe.toString(), eve, null, null),
                origin()));
        var _ = give(new ClaimReward(members.get(3), shop.espresso(), shop.coffee(), origin()));
        stamp(shop, ben, eve);
        welcome(shop, chloe);
    }

    /** Six cups, the seventh is free, and a few points with it: one round is full, the next is begun. */
    private void stamp(Shop shop, MemberId member, StaffId by) {
        var cups = give(new CreateStampCard(
                shop.partner(),
                new StampCardFields(
                        shop.club(),
                        "Seventh cup",
                        null,
                        null,
                        6,
                        "☕",
                        "A cup of your choice",
                        null,
                        20L,
                        shop.coffee(),
                        true,
                        null,
                        null,
                        10,
                        null,
                        null,
                        null,
                        "#2E4B3A",
                        "#FFFFFF",
                        true,
                        true),
                Limits.UNLIMITED,
                origin()));
        var _ = give(new AddStamps(
                shop.partner(), cups.id(), new StampFields(member.toString(), 8, null, by, null, null), origin()));
    }

    /** A tenth off, once for everybody, and used by one. */
    private void welcome(Shop shop, MemberId member) {
        var voucher = give(new CreateVoucher(
                shop.partner(),
                new VoucherFields(
                        shop.club(),
                        "Welcome",
                        "A tenth off",
                        null,
                        "WELCOME10",
                        VoucherType.PERCENTAGE,
                        BigDecimal.TEN,
                        null,
                        500L,
                        null,
                        null,
                        null,
                        1_000L,
                        1L,
                        List.of(),
                        null,
                        false,
                        null,
                        true,
                        true),
                Limits.UNLIMITED,
                origin()));
        var _ = give(new RedeemVoucher(
                shop.partner(),
                voucher.id(),
                new RedeemVoucherFields(member.toString(), 2_450L, "demo-order-2"),
                origin()));
    }

    private TierId tier(Shop shop, String name, long threshold, String multiplier) {
        return give(new CreateTier(
                        shop.partner(),
                        new TierFields(
                                shop.club(),
                                name,
                                null,
                                null,
                                threshold,
                                new BigDecimal(multiplier),
                                null,
                                null,
                                List.of(),
                                true),
                        origin()))
                .id();
    }

    private CardId card(PartnerId partner, ClubId club, String name, long pointsPerDollar) {
        return give(new CreateCard(
                        partner,
                        new CardFields(
                                club,
                                name,
                                null,
                                null,
                                null,
                                pointsPerDollar,
                                BigDecimal.ONE,
                                null,
                                null,
                                20,
                                12,
                                null,
                                null,
                                "#4B2E1E",
                                "#FFFFFF",
                                null,
                                true,
                                true),
                        Limits.UNLIMITED,
                        origin()))
                .id();
    }

    private RewardId reward(PartnerId partner, List<CardId> cards, String name, long points) {
        return give(new CreateReward(
                        partner,
                        new RewardFields(cards, name, null, null, points, null, null, null, null, null, true),
                        Limits.UNLIMITED,
                        origin()))
                .id();
    }

    private List<MemberId> members() {
        List<MemberId> members = new ArrayList<>();
        for (String name : List.of("Ada", "Ben", "Chloe", "Dev")) {
            members.add(member(name.toLowerCase(Locale.ROOT) + "@merit.example", name));
        }
        // One who gave no address: a till knows this member by a short number.
        members.add(member(null, null));
        return List.copyOf(members);
    }

    private MemberId member(@Nullable String email, @Nullable String name) {
        return give(new CreateMember(new MemberFields(email, name, "en", CURRENCY, "UTC"), origin()))
                .id();
    }

    private void buy(PartnerId partner, CardId card, MemberId member, String amount) {
        var unused = give(new Purchase(
                partner,
                new PurchaseFields(card, member.toString(), new BigDecimal(amount), null, "Demo", null, null),
                origin()));
    }

    private <R extends Record> R ask(Request<R> request) {
        return Waiting.on(bus.ask(request), LIMIT, "Reading for the demo");
    }

    private <R extends Record> R give(Command<R> command) {
        return Waiting.on(bus.command(command), LIMIT, "Making the demo").body();
    }

    private static Origin origin() {
        return Origin.system("demo");
    }
}
