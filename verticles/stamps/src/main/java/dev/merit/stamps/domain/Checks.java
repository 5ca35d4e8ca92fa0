package dev.merit.stamps.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Validity;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;

/** What a schema cannot say of a stamp card: all bad fields at once. */
public final class Checks {
    private Checks() {}

    /** The stamp card, or all its bad fields at once, those noted before included. */
    public static Checked<StampCardFields> stampCard(StampCardFields fields, FieldErrors errors) {
        errors.require(
                fields.rewardPoints() == null || fields.rewardCardId() != null,
                "reward_card_id",
                "is required with reward_points");
        errors.require(
                fields.rewardCardId() == null || fields.rewardPoints() != null,
                "reward_points",
                "is required with reward_card_id");
        errors.require(
                !new Validity(fields.validFrom(), fields.validUntil()).isBackwards(),
                "valid_until",
                "must not be before valid_from");
        return errors.checked(() -> fields);
    }
}
