package dev.merit.peer;

import java.math.BigDecimal;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The one endpoint. */
@RestController
class PurchaseController {
    private final PurchaseService purchases;

    PurchaseController(PurchaseService purchases) {
        this.purchases = purchases;
    }

    /** The body, named as in JSON. */
    record Purchase(UUID card_id, String member_identifier, BigDecimal purchase_amount, String note) {}

    @PostMapping(path = "/api/agent/v1/partner/transactions/purchase", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    String purchase(
            @RequestHeader("X-Agent-Key") String key,
            @RequestHeader("Idempotency-Key") String idempotencyKey,
            @RequestBody Purchase purchase) {
        return "{\"error\":false,\"data\":" + purchases.purchase(key, idempotencyKey, purchase) + "}";
    }
}
