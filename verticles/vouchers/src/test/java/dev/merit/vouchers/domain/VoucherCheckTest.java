package dev.merit.vouchers.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Checked;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.TierId;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoucherCheckTest {
    private static final CardId CARD = new CardId(UUID.randomUUID());

    @ParameterizedTest
    @CsvSource({
        "PERCENTAGE,     1,             1",
        "PERCENTAGE,     19.99,         19.99",
        "PERCENTAGE,     12.50,         12.5",
        "PERCENTAGE,     100.00,        100",
        "FIXED_AMOUNT,   1,             1",
        "FIXED_AMOUNT,   2450.0,        2450",
        "FIXED_AMOUNT,   1000000000000, 1000000000000",
        "BONUS_POINTS,   1000000000,    1000000000",
        "FREE_PRODUCT,   0.00,          0",
        "FREE_SHIPPING,  0,             0",
    })
    void keepsAValueThatItsTypeCanHaveAndWritesItInOneWay(VoucherType type, String value, String kept) {
        assertThat(check(fields(type, value))).isInstanceOfSatisfying(Checked.Valid.class, valid -> assertThat(
                        ((VoucherFields) valid.value()).value().toPlainString())
                .isEqualTo(kept));
    }

    @ParameterizedTest
    @CsvSource({
        "PERCENTAGE,     0",
        "PERCENTAGE,     0.99",
        "PERCENTAGE,     100.01",
        "PERCENTAGE,     19.999",
        "FIXED_AMOUNT,   0",
        "FIXED_AMOUNT,   0.5",
        "FIXED_AMOUNT,   24.50",
        "FIXED_AMOUNT,   1000000000001",
        "BONUS_POINTS,   0",
        "BONUS_POINTS,   1.5",
        "BONUS_POINTS,   1000000001",
        "FREE_PRODUCT,   1",
        "FREE_SHIPPING,  500",
    })
    void refusesAValueThatItsTypeCannotHave(VoucherType type, String value) {
        assertThat(errors(check(fields(type, value)))).containsOnly("value");
    }

    @ParameterizedTest
    @CsvSource({"ab-1, AB-1", "' summer ', SUMMER", "0123456789abcdef0123456789abcdef, 0123456789ABCDEF0123456789ABCDEF"
    })
    void keepsCodesInUpperCase(String typed, String kept) {
        Checked<VoucherFields> checked =
                VoucherCheck.fields(fields(VoucherType.FIXED_AMOUNT, "5"), typed, "EUR", new FieldErrors());

        assertThat(checked.orThrow().code()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "0123456789abcdef0123456789abcdef0", "under_score", "ümlaut", "straße", "two words"})
    void refusesOtherCodes(String typed) {
        assertThat(errors(VoucherCheck.fields(fields(VoucherType.FIXED_AMOUNT, "5"), typed, "EUR", new FieldErrors())))
                .containsOnly("code");
    }

    @Test
    void asksForACardWherePointsAreGivenAndOnlyThere() {
        assertThat(errors(check(fields(VoucherType.BONUS_POINTS, "5", null)))).containsOnly("points_card_id");
        assertThat(errors(check(fields(VoucherType.FIXED_AMOUNT, "5", CARD)))).containsOnly("points_card_id");
    }

    @Test
    void tellsAllBadFieldsAtOnce() {
        TierId tier = new TierId(UUID.randomUUID());
        var fields = fields(VoucherType.PERCENTAGE, "0", CARD, List.of(tier, tier));

        assertThat(errors(VoucherCheck.fields(fields, "x", "XYZ", new FieldErrors())))
                .containsOnly("code", "currency", "value", "points_card_id", "target_tier_ids", "valid_until");
    }

    @Test
    void namesNoMoreThanTwentyTiers() {
        List<TierId> many = IntStream.range(0, 21)
                .mapToObj(i -> new TierId(UUID.randomUUID()))
                .toList();

        assertThat(errors(check(fields(VoucherType.FREE_PRODUCT, "0", null, many))))
                .contains("target_tier_ids");
    }

    /** Breaks when two numbers may make one code, or a letter can be taken for another. */
    @Test
    void makesCodesThatNobodyMisreads() {
        List<String> codes = Stream.of(0L, 1L, 20L, 21L, 441L, VoucherCode.COUNT - 1)
                .map(VoucherCode::of)
                .toList();

        assertThat(codes).doesNotHaveDuplicates().allMatch(code -> code.matches("[A-Z0-9]{5}-[A-Z0-9]{5}"));
        assertThat(String.join("", codes)).doesNotContain("0", "O", "1", "I", "L", "2", "Z", "5", "S", "8", "B");
        assertThat(Math.log(VoucherCode.COUNT) / Math.log(2)).isGreaterThan(40);
    }

    private static Checked<VoucherFields> check(VoucherFields fields) {
        return VoucherCheck.fields(fields, "CODE", "EUR", new FieldErrors());
    }

    /** The fields that are complained about. */
    private static List<String> errors(Checked<VoucherFields> checked) {
        return switch (checked) {
            case Checked.Refused<VoucherFields> refused
            when refused.problem().details().get("errors") instanceof Map<?, ?> errors ->
                errors.keySet().stream().map(String::valueOf).toList();
            case Checked.Refused<VoucherFields> refused -> throw new AssertionError(refused);
            case Checked.Valid<VoucherFields> valid -> throw new AssertionError(valid);
        };
    }

    private static VoucherFields fields(VoucherType type, String value) {
        return fields(type, value, type == VoucherType.BONUS_POINTS ? CARD : null);
    }

    private static VoucherFields fields(VoucherType type, String value, @Nullable CardId card) {
        return fields(type, value, card, List.of());
    }

    private static VoucherFields fields(VoucherType type, String value, @Nullable CardId card, List<TierId> tiers) {
        Instant end = tiers.size() == 2 ? Instant.EPOCH : Instant.MAX;
        return new VoucherFields(
                new ClubId(UUID.randomUUID()),
                "Voucher",
                null,
                null,
                null,
                type,
                new BigDecimal(value),
                null,
                null,
                null,
                Instant.EPOCH.plusSeconds(1),
                end,
                null,
                null,
                tiers,
                null,
                false,
                card,
                true,
                false);
    }
}
