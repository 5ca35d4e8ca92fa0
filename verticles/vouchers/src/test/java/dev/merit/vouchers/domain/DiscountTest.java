package dev.merit.vouchers.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscountTest {

    /** Breaks when a share is cut off instead of rounded, rounded to even, or computed in binary. */
    @ParameterizedTest
    @CsvSource({
        "20,     2450, 490",
        "19.99,   333,  67", // 66.5667
        "50,        1,   1", // 0.5 goes up
        "50,        5,   3", // 2.5 goes up, and not to the even 2
        "12.5,    100,  13", // 12.5
        "1,        49,   0", // 0.49
        "1,        50,   1", // 0.50
        "33.33,   100,  33",
        "99.99,     1,   1",
        "100,    2450, 2450",
        "1,         0,   0",
        "33.33, 1000000000000, 333300000000",
        "1.15,   1000,  12", // 11.5, which a double would make 11.499999999999998
    })
    void roundsAShareHalfUpToTheMinorUnit(String percent, long order, long discount) {
        var found = Discount.of(Terms.of(VoucherType.PERCENTAGE, percent).build(), order);

        assertThat(found).isEqualTo(new Discount(discount, false, order - discount));
    }

    /** Breaks when a maximum is ignored, when a discount exceeds the order, or when an exact fit counts as cut. */
    @ParameterizedTest
    @CsvSource({
        "percentage,   50, 1000, 499,  499, true",
        "percentage,   50, 1000, 500,  500, false",
        "percentage,   50, 1000, 501,  500, false",
        "fixed_amount, 500, 1000,    ,  500, false",
        "fixed_amount, 500,  500,    ,  500, false",
        "fixed_amount, 500,  499,    ,  499, true",
        "fixed_amount, 500,    0,    ,    0, true",
        "fixed_amount, 500, 1000, 300,  300, true",
        "fixed_amount, 500,  200, 300,  200, true",
        "free_product,  0, 1000,    ,    0, false",
        "free_shipping, 0, 1000, 100,    0, false",
        "bonus_points, 50, 1000, 100,    0, false",
    })
    void isCutByTheMaximumAndByTheOrder(
            String type, String value, long order, @Nullable Long max, long discount, boolean capped) {
        var terms = Terms.of(VoucherType.valueOf(type.toUpperCase(java.util.Locale.ROOT)), value)
                .maxDiscount(max)
                .build();

        assertThat(Discount.of(terms, order)).isEqualTo(new Discount(discount, capped, order - discount));
    }

    @Test
    void saysWhatItCanOfAnOrderThatIsNotKnown() {
        assertThat(Discount.of(Terms.of(VoucherType.PERCENTAGE, "20").build(), null))
                .isEqualTo(new Discount(null, false, null));
        assertThat(Discount.of(Terms.of(VoucherType.FIXED_AMOUNT, "500").build(), null))
                .isEqualTo(new Discount(500L, false, null));
        assertThat(Discount.of(
                        Terms.of(VoucherType.FIXED_AMOUNT, "500")
                                .maxDiscount(300L)
                                .build(),
                        null))
                .isEqualTo(new Discount(300L, true, null));
        assertThat(Discount.of(Terms.of(VoucherType.FREE_SHIPPING, "0").build(), null))
                .isEqualTo(new Discount(0L, false, null));
    }
}
