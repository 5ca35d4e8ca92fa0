package dev.merit.router.routes;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.contracts.keys.KeysRequest.RevokeOwnKey;
import dev.merit.contracts.keys.KeysRequest.RotateKey;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** A partner's own keys. */
final class OwnKeyRoutes implements Routes {
    private final Bus bus;

    OwnKeyRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "keys.own.listKeys", this::list,
                "keys.own.createKey", this::create,
                "keys.revokeOwnKey", this::revoke,
                "keys.rotateKey", this::rotate);
    }

    private Future<Reply> list(Call call) {
        return bus.ask(new ListKeys(Role.PARTNER, call.identity().owner(), call.paging()))
                .map(Reply::page);
    }

    private Future<Reply> create(Call call) {
        var identity = call.identity();
        return bus.command(new CreateKey(
                        Role.PARTNER, identity.owner(), call.body(KeyFields.class), identity.scopes(), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> revoke(Call call) {
        return bus.command(new RevokeOwnKey(call.partner(), call.id("id", KeyId::new), call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> rotate(Call call) {
        long overlap = call.body().path("overlap_seconds").longValue();
        return bus.command(new RotateKey(
                        call.partner(),
                        call.id("id", KeyId::new),
                        overlap,
                        call.identity().scopes(),
                        call.origin()))
                .map(Reply::done);
    }
}
