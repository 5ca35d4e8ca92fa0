package dev.merit.discovery.app;

import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredCard;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.DiscoveredVoucher;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownVoucher;
import dev.merit.contracts.points.LiveCardsRequest.LiveCard;
import dev.merit.contracts.stamps.LiveStampCardsRequest.LiveStampCard;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;

/** What members and strangers get to see of what the domains know: whose it is, neither. */
final class Views {
    private Views() {}

    static DiscoveredCard discovered(LiveCard card) {
        return new DiscoveredCard(
                card.id(),
                card.name(),
                card.title(),
                card.description(),
                card.currency(),
                card.bgColor(),
                card.textColor(),
                card.isFollowing(),
                card.balance(),
                card.rewardsCount());
    }

    static DiscoveredStampCard discovered(LiveStampCard card) {
        return new DiscoveredStampCard(
                card.id(),
                card.title(),
                card.stampsRequired(),
                card.stampIcon(),
                card.rewardTitle(),
                card.isEnrolled(),
                card.currentStamps(),
                card.completedCount());
    }

    static DiscoveredVoucher discovered(LiveVoucher voucher) {
        return new DiscoveredVoucher(
                voucher.id(),
                voucher.title(),
                voucher.code(),
                voucher.type(),
                voucher.value(),
                voucher.currency(),
                voucher.validUntil());
    }

    static ShownCard shown(LiveCard card) {
        return new ShownCard(
                card.id(),
                card.title(),
                card.description(),
                card.currency(),
                card.pointsPerCurrency(),
                card.currencyUnitAmount(),
                card.initialBonusPoints(),
                card.rewardsCount(),
                card.validUntil(),
                card.bgColor(),
                card.textColor());
    }

    static ShownStampCard shown(LiveStampCard card) {
        return new ShownStampCard(
                card.id(),
                card.title(),
                card.description(),
                card.stampsRequired(),
                card.stampIcon(),
                card.rewardTitle(),
                card.rewardDescription(),
                card.rewardPoints(),
                card.validUntil(),
                card.bgColor(),
                card.textColor());
    }

    static ShownVoucher shown(LiveVoucher voucher) {
        return new ShownVoucher(
                voucher.id(),
                voucher.title(),
                voucher.description(),
                voucher.code(),
                voucher.type(),
                voucher.value(),
                voucher.currency(),
                voucher.minOrderAmount(),
                voucher.validUntil());
    }
}
