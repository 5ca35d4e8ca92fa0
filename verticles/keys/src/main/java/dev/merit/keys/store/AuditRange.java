package dev.merit.keys.store;

import dev.merit.contracts.keys.KeysRequest.AuditFilter;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which audit rows, as the index sees them.
 *
 * @param from the smallest id that counts, inclusive
 * @param until the first id that no longer counts
 * @param before only rows older than this one
 */
public record AuditRange(
        AuditFilter filter,
        @Nullable UUID from,
        @Nullable UUID until,
        @Nullable UUID before) {

    /** The index that leads to the rows. */
    enum Way {
        ALL,
        PARTNER,
        REQUEST
    }

    /** Whether rows are left out that lie between those that are found. */
    public boolean isSieved() {
        return way() != Way.REQUEST
                && (filter.role() != null
                        || filter.action() != null
                        || filter.keyPrefix() != null
                        || filter.status() != null);
    }

    /** The same rows, as far as they are not older than {@code oldest}. */
    public AuditRange since(UUID oldest) {
        return new AuditRange(filter, oldest, until, before);
    }

    Way way() {
        if (filter.requestId() != null) {
            return Way.REQUEST;
        }
        return filter.partner() == null ? Way.ALL : Way.PARTNER;
    }

    @Nullable
    UUID partner() {
        return filter.partner() == null ? null : filter.partner().value();
    }

    /** The parameters that lists and counts share, and those that follow. */
    Tuple with(long... further) {
        var values = new ArrayList<@Nullable Object>();
        values.add(from);
        values.add(until);
        values.add(before);
        values.add(filter.role() == null ? null : filter.role().word());
        values.add(filter.action());
        values.add(filter.keyPrefix());
        values.add(filter.status() == null ? null : filter.status().shortValue());
        switch (way()) {
            case ALL -> {}
            case PARTNER -> values.add(partner());
            case REQUEST -> {
                values.add(filter.requestId());
                values.add(partner());
            }
        }
        for (long each : further) {
            values.add(each);
        }
        return Tuple.from(values);
    }
}
