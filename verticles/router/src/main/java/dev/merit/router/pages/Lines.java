package dev.merit.router.pages;

import dev.merit.contracts.discovery.DiscoveryRequest.ShownCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownThing;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownVoucher;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Says in words what a thing gives and how one gets it. */
final class Lines {
    private final Texts texts;

    Lines(Texts texts) {
        this.texts = texts;
    }

    /** The word for what kind of thing it is, as it stands in the names of texts. */
    static String kind(ShownThing thing) {
        return switch (thing) {
            case ShownCard card -> "loyalty_card";
            case ShownStampCard card -> "stamp_card";
            case ShownVoucher voucher -> "voucher";
        };
    }

    /** What it gives, in one line. */
    String brief(ShownThing thing) {
        return switch (thing) {
            case ShownCard card -> card.pointsPerCurrency() > 0 ? earn(card) : texts.get("kind.loyalty_card");
            case ShownStampCard card -> texts.get("stamps.reward", card.rewardTitle());
            case ShownVoucher voucher -> gives(voucher);
        };
    }

    /** All of it. */
    List<String> all(ShownThing thing) {
        List<String> lines = new ArrayList<>();
        switch (thing) {
            case ShownCard card -> add(lines, card);
            case ShownStampCard card -> add(lines, card);
            case ShownVoucher voucher -> add(lines, voucher);
        }
        Instant until = thing.validUntil();
        if (until != null) {
            lines.add(texts.get("until", texts.moment(until)));
        }
        return lines;
    }

    private void add(List<String> lines, ShownCard card) {
        if (card.pointsPerCurrency() > 0) {
            lines.add(earn(card));
        }
        if (card.initialBonusPoints() > 0) {
            lines.add(texts.get("card.bonus", card.initialBonusPoints()));
        }
        if (card.rewardsCount() > 0) {
            lines.add(texts.get("card.rewards", card.rewardsCount()));
        }
        lines.add(texts.get("card.till"));
        lines.add(texts.get("card.app"));
    }

    private String earn(ShownCard card) {
        return texts.get(
                "card.earn", card.pointsPerCurrency(), texts.amount(card.currencyUnitAmount(), card.currency()));
    }

    private void add(List<String> lines, ShownStampCard card) {
        lines.add(texts.get("stamps.collect", card.stampsRequired()));
        lines.add(texts.get("stamps.reward", card.rewardTitle()));
        String more = card.rewardDescription();
        if (more != null) {
            lines.add(more);
        }
        Long points = card.rewardPoints();
        if (points != null) {
            lines.add(texts.get("stamps.points", points));
        }
        lines.add(texts.get("stamps.till"));
    }

    private void add(List<String> lines, ShownVoucher voucher) {
        lines.add(gives(voucher));
        Long least = voucher.minOrderAmount();
        if (least != null && least > 0) {
            lines.add(texts.get("voucher.min_order", texts.minorAmount(BigDecimal.valueOf(least), voucher.currency())));
        }
        lines.add(texts.get("voucher.till"));
    }

    private String gives(ShownVoucher voucher) {
        return switch (voucher.voucherType()) {
            case PERCENTAGE -> texts.get("voucher.percentage", texts.number(voucher.value()));
            case FIXED_AMOUNT ->
                texts.get("voucher.fixed_amount", texts.minorAmount(voucher.value(), voucher.currency()));
            case FREE_PRODUCT -> texts.get("voucher.free_product");
            case FREE_SHIPPING -> texts.get("voucher.free_shipping");
            case BONUS_POINTS -> texts.get("voucher.bonus_points", texts.number(voucher.value()));
        };
    }
}
