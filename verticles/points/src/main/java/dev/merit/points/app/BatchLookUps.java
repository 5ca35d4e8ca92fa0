package dev.merit.points.app;

import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.people.Members;
import dev.merit.people.StaffMembers;
import dev.merit.people.domain.Attribution;
import dev.merit.points.app.PurchaseBatches.Batch;
import dev.merit.points.app.PurchaseBatches.Line;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Finds all whom a batch of purchases names: members in one ask, and each member of staff once. */
final class BatchLookUps {
    private final Members members;
    private final StaffMembers staff;

    BatchLookUps(Members members, StaffMembers staff) {
        this.members = members;
        this.staff = staff;
    }

    private record People(Map<String, MemberRef> members, Map<StaffId, Attribution> staff) {}

    Future<Batch> prepare(PurchaseBatch request) {
        List<PurchaseFields> purchases = request.items().stream()
                .map(BatchItem::fields)
                .filter(Objects::nonNull)
                .toList();
        var members = this.members.resolveAll(
                purchases.stream().map(PurchaseFields::memberIdentifier).collect(Collectors.toSet()));
        var staff = staff(request, purchases);
        return Future.all(members, staff).map(both -> {
            var people = new People(members.result(), staff.result());
            return new Batch(
                    request,
                    request.items().stream()
                            .map(item -> line(request, item, people))
                            .toList());
        });
    }

    private Future<Map<StaffId, Attribution>> staff(PurchaseBatch request, List<PurchaseFields> purchases) {
        List<StaffId> named = purchases.stream()
                .map(PurchaseFields::staffId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        List<Future<Attribution>> asked = named.stream()
                .map(each -> staff.attribute(request.partner(), each))
                .toList();
        return Future.all(asked).map(all -> {
            Map<StaffId, Attribution> found = new HashMap<>();
            for (int i = 0; i < named.size(); i++) {
                found.put(named.get(i), asked.get(i).result());
            }
            return found;
        });
    }

    private static Line line(PurchaseBatch request, BatchItem item, People people) {
        PurchaseFields fields = item.fields();
        if (fields == null) {
            return Line.refused(Objects.requireNonNull(item.refusal(), "an item is a purchase or refused"));
        }
        MemberRef member = people.members().get(fields.memberIdentifier());
        if (member == null) {
            return Line.refused(Problem.notFound("member_identifier"));
        }
        var purchase = new Purchase(
                request.partner(), fields, new Origin(request.origin().requestId(), item.repeat(), null));
        Attribution by = fields.staffId() == null
                ? Attribution.SYSTEM
                : people.staff().getOrDefault(fields.staffId(), Attribution.named(null));
        return Line.of(new Booking.Buy(purchase, member, by));
    }
}
