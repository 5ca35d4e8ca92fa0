package dev.merit.points;

import static dev.merit.testing.Eventually.get;

import dev.merit.contracts.CardId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.RewardFields;
import dev.merit.platform.bus.Bus;
import java.util.List;

/** Rewards that run out. */
final class Limited {
    private Limited() {}

    static RewardId reward(Bus bus, PartnerId partner, CardId card, long total, long perMember) {
        RewardFields fields =
                new RewardFields(List.of(card), "Limited", null, null, 100, total, perMember, null, null, null, true);
        return get(bus.command(new CreateReward(partner, fields, -1, Nodes.origin(null))))
                .body()
                .id();
    }
}
