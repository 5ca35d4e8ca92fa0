package dev.merit.stamps;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.stamps.StampsRequest.StampCardFields;
import dev.merit.platform.Json;

/** The fields of stamp cards for tests. */
final class Fields {
    private Fields() {}

    /** Something from the counter for a full card, without any other rule. */
    static StampCardFields plain(ClubId club, int required) {
        return new StampCardFields(
                club, "Card", null, null, required, "⭐", "Coffee", null, null, null, null, null, null, 10, null, null,
                null, null, null, true, false);
    }

    /** The same with other values, as JSON. */
    static StampCardFields with(StampCardFields fields, String json) {
        return Json.patched(fields, new Patch(json), StampCardFields.class);
    }

    /** Points for a full card, and nothing from the counter. */
    static StampCardFields points(ClubId club, int required, CardId card) {
        return with(plain(club, required), "{\"reward_points\": 50, \"reward_card_id\": \"" + card + "\"}");
    }
}
