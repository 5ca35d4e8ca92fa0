package dev.merit.points.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.points.PointsRequest.TierFields;
import java.math.BigDecimal;

/** What a tier may be. */
public final class TierTerms {
    /** Tiers of one club that are not deleted. */
    public static final int MAX_IN_CLUB = 100;

    static final int MULTIPLIER_DECIMALS = 4;
    static final int BENEFITS_MAX = 20;
    static final BigDecimal MULTIPLIER_MAX = BigDecimal.valueOf(100);

    private TierTerms() {}

    /** The tier with its multiplier in the shortest form, or all its bad fields at once. */
    public static Checked<TierFields> of(TierFields fields) {
        var errors = new FieldErrors();
        BigDecimal multiplier = shortest(fields.multiplier());
        errors.require(fields.pointsThreshold() >= 0, "points_threshold", "must not be negative");
        errors.require(
                multiplier.signum() >= 0 && multiplier.compareTo(MULTIPLIER_MAX) <= 0,
                "multiplier",
                "must be between 0 and " + MULTIPLIER_MAX);
        errors.require(
                multiplier.scale() <= MULTIPLIER_DECIMALS,
                "multiplier",
                "must have no more than " + MULTIPLIER_DECIMALS + " decimals");
        errors.require(fields.benefits().size() <= BENEFITS_MAX, "benefits", "must have no more than " + BENEFITS_MAX);
        return errors.checked(() -> new TierFields(
                fields.clubId(),
                fields.name(),
                fields.displayName(),
                fields.description(),
                fields.pointsThreshold(),
                multiplier,
                fields.icon(),
                fields.color(),
                fields.benefits(),
                fields.isActive()));
    }

    /** 1.50 is 1.5 and 10 stays 10: one number has one form, whichever way it was sent. */
    private static BigDecimal shortest(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
