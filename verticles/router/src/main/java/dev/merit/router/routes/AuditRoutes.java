package dev.merit.router.routes;

import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AuditFilter;
import dev.merit.contracts.keys.KeysRequest.ListAudit;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Masks;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What was done and refused, for operators. */
final class AuditRoutes implements Routes {
    private final Bus bus;

    AuditRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("keys.listAudit", this::list);
    }

    private Future<Reply> list(Call call) {
        var filter = new AuditFilter(
                call.filter("partner_id", id -> new PartnerId(UUID.fromString(id))),
                call.filter("role", role -> Role.valueOf(role.toUpperCase(Locale.ROOT))),
                call.text("action"),
                call.text("key_prefix"),
                call.filter("status", Integer::valueOf),
                call.filter("request_id", Masks::text),
                call.filter("from", LocalDate::parse),
                call.filter("to", LocalDate::parse));
        return bus.ask(new ListAudit(filter, call.paging())).map(Reply::page);
    }
}
