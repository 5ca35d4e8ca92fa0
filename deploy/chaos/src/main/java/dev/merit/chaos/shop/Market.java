package dev.merit.chaos.shop;

import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.Kind;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.Terms;
import dev.merit.chaos.domain.Terms.CardTerms;
import dev.merit.chaos.domain.Terms.StampTerms;
import dev.merit.chaos.domain.Terms.VoucherTerms;
import dev.merit.chaos.http.Api.Request;
import dev.merit.chaos.plan.PlannedOperation;
import dev.merit.platform.Json;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All shops and members, what they promised, and the request that each operation is. */
public final class Market {
    static final CardTerms CARD = new CardTerms(10, 50);
    static final long REWARD_PRICE = 100;
    static final StampTerms STAMPS = new StampTerms(6, 30);

    /** In the order in which a shop has them: one for a discount, one for points. */
    static final List<VoucherTerms> VOUCHERS = List.of(new VoucherTerms(40, 2, 0), new VoucherTerms(60, 3, 25));

    private static final int CENT_DIGITS = 2;

    private final List<Shop> shops;
    private final List<Member> members;

    /** A member and its own key. */
    public record Member(UUID id, String key) {
        @Override
        public String toString() {
            return "Member[id=" + id + "]";
        }
    }

    Market(List<Shop> shops, List<Member> members) {
        this.shops = List.copyOf(shops);
        this.members = List.copyOf(members);
    }

    public List<Shop> shops() {
        return shops;
    }

    public List<Member> members() {
        return members;
    }

    /** What holds for the things of all shops. */
    public Terms terms() {
        Map<UUID, CardTerms> cards = new HashMap<>();
        Map<UUID, Long> rewards = new HashMap<>();
        Map<UUID, VoucherTerms> vouchers = new HashMap<>();
        Map<UUID, StampTerms> stampCards = new HashMap<>();
        Map<UUID, UUID> owners = new HashMap<>();
        for (Shop shop : shops) {
            cards.put(shop.card(), CARD);
            rewards.put(shop.reward(), REWARD_PRICE);
            stampCards.put(shop.stampCard(), STAMPS);
            owners.put(shop.card(), shop.partner());
            owners.put(shop.reward(), shop.partner());
            owners.put(shop.stampCard(), shop.partner());
            for (int at = 0; at < VOUCHERS.size(); at++) {
                vouchers.put(shop.vouchers().get(at), VOUCHERS.get(at));
                owners.put(shop.vouchers().get(at), shop.partner());
            }
        }
        return new Terms(cards, rewards, vouchers, stampCards, owners);
    }

    /** Puts ids in the place of numbers. */
    public Operation operation(PlannedOperation planned) {
        Shop shop = shops.get(planned.tenant());
        UUID subject =
                switch (planned.kind()) {
                    case PURCHASE -> shop.card();
                    case REDEEM -> shop.reward();
                    case VOUCHER -> shop.vouchers().get(planned.choice());
                    case STAMPS -> shop.stampCard();
                };
        UUID member = members.get(planned.member()).id();
        return new Operation(
                planned.id(),
                planned.kind(),
                new AccountKey(shop.partner(), member, shop.card()),
                subject,
                planned.amount());
    }

    /** The same bytes each time. */
    public Request request(Operation operation) {
        UUID member = operation.account().member();
        String path =
                switch (operation.kind()) {
                    case PURCHASE -> "/partner/transactions/purchase";
                    case REDEEM -> "/partner/transactions/redeem";
                    case VOUCHER -> "/partner/vouchers/" + operation.subject() + "/redeem";
                    case STAMPS -> "/partner/stamp-cards/" + operation.subject() + "/stamps";
                };
        var body = Json.MAPPER.createObjectNode().put("member_identifier", member.toString());
        if (operation.kind() == Kind.PURCHASE || operation.kind() == Kind.REDEEM) {
            body.put("card_id", operation.account().card().toString());
        }
        if (operation.kind() == Kind.PURCHASE) {
            body.put("purchase_amount", BigDecimal.valueOf(operation.amount(), CENT_DIGITS));
        } else if (operation.kind() == Kind.REDEEM) {
            body.put("reward_id", operation.subject().toString());
        } else if (operation.kind() == Kind.STAMPS) {
            body.put("stamps", operation.amount());
        }
        return new Request(path, tillKey(operation.account().partner()), operation.id(), body.toString());
    }

    /** Asks for a balance as the partner. */
    public Request balanceAsPartner(AccountKey account) {
        String path = "/partner/members/" + account.member() + "/balance/" + account.card();
        return new Request(path, tillKey(account.partner()), null, null);
    }

    /** Asks for all balances of a member as that member. */
    public static Request balancesAsMember(Member member) {
        return new Request("/member/balance", member.key(), null, null);
    }

    private String tillKey(UUID partner) {
        return shops.stream()
                .filter(shop -> shop.partner().equals(partner))
                .findFirst()
                .orElseThrow()
                .tillKey();
    }
}
