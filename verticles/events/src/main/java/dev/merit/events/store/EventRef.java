package dev.merit.events.store;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** An event of which no more than its name is known. */
public record EventRef(UUID partner, UUID event) {
    static List<EventRef> list(RowSet<Row> rows) {
        List<EventRef> events = new ArrayList<>(rows.size());
        rows.forEach(row -> events.add(new EventRef(row.getUUID("partner_id"), row.getUUID("event_id"))));
        return events;
    }
}
