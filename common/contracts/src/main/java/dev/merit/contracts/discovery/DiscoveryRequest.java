package dev.merit.contracts.discovery;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.merit.contracts.Address;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Request;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that can be asked of discovery: what there is to join, for members and for strangers. */
public sealed interface DiscoveryRequest<R extends Record> extends Request<R> {
    Address ADDRESS = new Address("discovery", Duration.ofSeconds(5));

    @Override
    default Address address() {
        return ADDRESS;
    }

    /**
     * Asks what partners show to everybody, with the member's side of it. SERVICE_UNAVAILABLE when nothing is known.
     */
    record Discover(MemberId member) implements DiscoveryRequest<Discovered> {}

    /**
     * Asks what a scanned link or a number leads to. VALIDATION_FAILED when not exactly one of the two is given or when
     * it has none of the known forms; NOT_FOUND on the one that is given.
     */
    record Resolve(
            MemberId member, @Nullable String url, @Nullable String identifier) implements DiscoveryRequest<Resolved> {}

    /** Finds one thing for a public page; NOT_FOUND when it is not live. */
    record FindShown(Kind kind, UUID id) implements DiscoveryRequest<Shown> {}

    /** Asks what partners show to everybody, for the public front page. SERVICE_UNAVAILABLE when nothing is known. */
    record ListShown() implements DiscoveryRequest<ShownLists> {}

    /** What can be found. */
    enum Kind {
        @JsonProperty("loyalty_card")
        LOYALTY_CARD,
        @JsonProperty("stamp_card")
        STAMP_CARD,
        @JsonProperty("voucher")
        VOUCHER
    }

    /** Lists that may be missing because whoever knows them did not answer in time. */
    enum Part {
        @JsonProperty("cards")
        CARDS,
        @JsonProperty("stamp_cards")
        STAMP_CARDS,
        @JsonProperty("vouchers")
        VOUCHERS
    }

    /**
     * What partners show to everybody, newest first.
     *
     * @param missing lists that are empty because they are not known right now; null when all are known
     */
    record Discovered(
            List<DiscoveredCard> cards,
            List<DiscoveredStampCard> stampCards,
            List<DiscoveredVoucher> vouchers,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Part> missing) {}

    /** What a link or number led to. Its JSON is that of the thing. */
    record Resolved(@JsonValue DiscoveredThing thing) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Resolved {}
    }

    /** Something that a member found. Its JSON begins with its {@code type}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = DiscoveredCard.class, name = "loyalty_card"),
        @JsonSubTypes.Type(value = DiscoveredStampCard.class, name = "stamp_card"),
        @JsonSubTypes.Type(value = DiscoveredVoucher.class, name = "voucher")
    })
    sealed interface DiscoveredThing permits DiscoveredCard, DiscoveredStampCard, DiscoveredVoucher {}

    /**
     * A loyalty card.
     *
     * @param isFollowing whether it is one of the member's cards
     * @param balance what the member may spend right now, following or not
     */
    record DiscoveredCard(
            CardId id,
            String name,
            String title,
            @Nullable String description,
            String currency,
            @Nullable String bgColor,
            @Nullable String textColor,
            boolean isFollowing,
            long balance,
            long rewardsCount)
            implements DiscoveredThing {}

    /** A stamp card; the member is enrolled from its first stamp on. */
    record DiscoveredStampCard(
            StampCardId id,
            String title,
            long stampsRequired,
            String stampIcon,
            String rewardTitle,
            boolean isEnrolled,
            long currentStamps,
            long completedCount)
            implements DiscoveredThing {}

    record DiscoveredVoucher(
            VoucherId id,
            String title,
            String code,
            VoucherType voucherType,
            BigDecimal value,
            String currency,
            @Nullable Instant validUntil)
            implements DiscoveredThing {}

    /** One thing as anybody may see it. Its JSON is that of the thing. */
    record Shown(@JsonValue ShownThing thing) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Shown {}
    }

    /** The public front page: as {@link Discovered}, without a member. */
    record ShownLists(
            List<ShownCard> cards,
            List<ShownStampCard> stampCards,
            List<ShownVoucher> vouchers,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Part> missing) {}

    /** Something that anybody may see. Its JSON begins with its {@code type}. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = ShownCard.class, name = "loyalty_card"),
        @JsonSubTypes.Type(value = ShownStampCard.class, name = "stamp_card"),
        @JsonSubTypes.Type(value = ShownVoucher.class, name = "voucher")
    })
    sealed interface ShownThing permits ShownCard, ShownStampCard, ShownVoucher {
        UUID uuid();

        String title();

        @Nullable
        String description();

        @Nullable
        Instant validUntil();
    }

    record ShownCard(
            CardId id,
            String title,
            @Nullable String description,
            String currency,
            long pointsPerCurrency,
            BigDecimal currencyUnitAmount,
            long initialBonusPoints,
            long rewardsCount,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor)
            implements ShownThing {
        @Override
        public UUID uuid() {
            return id.value();
        }
    }

    record ShownStampCard(
            StampCardId id,
            String title,
            @Nullable String description,
            long stampsRequired,
            String stampIcon,
            String rewardTitle,
            @Nullable String rewardDescription,
            @Nullable Long rewardPoints,
            @Nullable Instant validUntil,
            @Nullable String bgColor,
            @Nullable String textColor)
            implements ShownThing {
        @Override
        public UUID uuid() {
            return id.value();
        }
    }

    /** Amounts are in minor units. */
    record ShownVoucher(
            VoucherId id,
            String title,
            @Nullable String description,
            String code,
            VoucherType voucherType,
            BigDecimal value,
            String currency,
            @Nullable Long minOrderAmount,
            @Nullable Instant validUntil)
            implements ShownThing {
        @Override
        public UUID uuid() {
            return id.value();
        }
    }
}
