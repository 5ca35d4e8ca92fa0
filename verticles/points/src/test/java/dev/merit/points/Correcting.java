package dev.merit.points;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.AdjustFields;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.OnInsufficient;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.points.PointsRequest.ReverseFields;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Gives the commands that correct something. */
record Correcting(Nodes nodes, PartnerId partner) {

    /** A part of a purchase, or with null all that is left. */
    Future<Done<Corrected>> reverse(int node, TransactionId transaction, @Nullable String amount) {
        return reverse(nodes.bus(node), transaction, amount, OnInsufficient.NEGATIVE);
    }

    Future<Done<Corrected>> reverseOrRefuse(TransactionId transaction) {
        return reverse(nodes.bus(0), transaction, null, OnInsufficient.REFUSE);
    }

    private Future<Done<Corrected>> reverse(
            Bus bus, TransactionId transaction, @Nullable String amount, OnInsufficient onInsufficient) {
        var fields = new ReverseFields(
                amount == null ? null : new BigDecimal(amount), "returned", null, "a note", onInsufficient);
        return bus.command(new Reverse(partner, transaction, fields, Nodes.origin(null)));
    }

    Future<Done<Corrected>> reverseOnce(int node, TransactionId transaction, Repeat repeat) {
        var fields = new ReverseFields(null, "returned", null, null, OnInsufficient.NEGATIVE);
        return nodes.bus(node).command(new Reverse(partner, transaction, fields, Nodes.origin(repeat)));
    }

    Future<Done<Corrected>> adjust(CardId card, MemberId member, long points) {
        return adjust(card, member, points, null);
    }

    Future<Done<Corrected>> adjust(CardId card, MemberId member, long points, @Nullable String order) {
        var fields = new AdjustFields(card, member.toString(), points, "goodwill", null, null, order);
        return nodes.bus(0).command(new Adjust(partner, fields, Nodes.origin(null)));
    }
}
