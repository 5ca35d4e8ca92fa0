package dev.merit.bench.candidate;

import dev.merit.contracts.Role;
import java.util.Locale;

/** The first page of a list, as the API has it. */
public enum Listing {
    CLUBS(Role.PARTNER, "/partner/clubs"),
    CARDS(Role.PARTNER, "/partner/cards"),
    REWARDS(Role.PARTNER, "/partner/rewards"),
    STAMP_CARDS(Role.PARTNER, "/partner/stamp-cards"),
    VOUCHERS(Role.PARTNER, "/partner/vouchers"),
    VOUCHER_REDEMPTIONS(Role.PARTNER, "/partner/vouchers/{voucher}/redemptions"),
    TIERS(Role.PARTNER, "/partner/tiers"),
    STAFF(Role.PARTNER, "/partner/staff"),
    CLAIMS(Role.PARTNER, "/partner/claims"),
    MEMBERS(Role.PARTNER, "/partner/members"),
    TRANSACTIONS(Role.PARTNER, "/partner/transactions"),
    TRANSACTIONS_OF_A_CARD(Role.PARTNER, "/partner/transactions?card_id={card}"),
    /** The history page that the project promises something of. */
    TRANSACTIONS_OF_A_MEMBER(
            Role.PARTNER, "/partner/transactions?member_identifier=member" + Ask.MEMBER_MARK + Shop.EMAIL_DOMAIN),
    REDEMPTIONS(Role.PARTNER, "/partner/transactions?event=staff_redeemed_points_for_reward"),
    OWN_TRANSACTIONS(Role.MEMBER, "/member/transactions"),
    OWN_TRANSACTIONS_OF_A_CARD(Role.MEMBER, "/member/transactions/{card}"),
    OWN_CARDS(Role.MEMBER, "/member/cards"),
    OWN_REWARDS(Role.MEMBER, "/member/rewards"),
    OWN_CLAIMS(Role.MEMBER, "/member/claims"),
    DISCOVER(Role.MEMBER, "/member/discover"),
    PARTNERS(Role.ADMIN, "/admin/partners"),
    ALL_MEMBERS(Role.ADMIN, "/admin/members"),
    AUDIT(Role.ADMIN, "/admin/audit");

    private final Role role;
    private final String path;

    Listing(Role role, String path) {
        this.role = role;
        this.path = path;
    }

    /** For people. */
    public String title() {
        return "list of " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    Role role() {
        return role;
    }

    String path(Shop.Offers offers) {
        return path.replace("{voucher}", offers.voucher()).replace("{card}", offers.card());
    }
}
