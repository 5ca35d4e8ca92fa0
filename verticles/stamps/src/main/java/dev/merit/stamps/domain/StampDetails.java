package dev.merit.stamps.domain;

import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an event carries beside the stamps themselves.
 *
 * @param attributedTo the name of the staff member at that time, or "System"
 * @param operationId the idempotency record behind it
 */
public record StampDetails(
        @Nullable BigDecimal purchaseAmount,
        @Nullable StaffId staffId,
        String attributedTo,
        @Nullable String note,
        @Nullable String orderReference,
        @Nullable UUID operationId,
        String requestId) {

    /** Something that happens by itself. */
    public static StampDetails bySystem(String requestId) {
        return new StampDetails(null, null, StaffRef.SYSTEM, null, null, null, requestId);
    }

    /** The same for what follows from it: an order gets its stamps once, and so names one event only. */
    StampDetails consequence() {
        return new StampDetails(null, staffId, attributedTo, null, null, operationId, requestId);
    }
}
