package dev.merit.router.routes;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.CreateKey;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import dev.merit.contracts.keys.KeysRequest.ListKeys;
import dev.merit.contracts.keys.KeysRequest.RevokeKey;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keys of every role, for operators. */
final class KeyRoutes implements Routes {
    private final Bus bus;

    KeyRoutes(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "keys.partner.listKeys", call -> list(call, Role.PARTNER, owner(call)),
                "keys.partner.createKey", call -> create(call, Role.PARTNER, owner(call)),
                "keys.member.listKeys", call -> list(call, Role.MEMBER, owner(call)),
                "keys.member.createKey", call -> create(call, Role.MEMBER, owner(call)),
                "keys.listKeys", call -> list(call, Role.ADMIN, null),
                "keys.createKey", call -> create(call, Role.ADMIN, null),
                "keys.revokeKey", this::revoke);
    }

    private Future<Reply> list(Call call, Role role, @Nullable UUID owner) {
        return bus.ask(new ListKeys(role, owner, call.paging())).map(Reply::page);
    }

    private Future<Reply> create(Call call, Role role, @Nullable UUID owner) {
        var fields = call.body(KeyFields.class);
        // A key grants no scope of its own role that it does not hold.
        List<String> grantable =
                role == call.identity().role() ? call.identity().scopes() : null;
        return bus.command(new CreateKey(role, owner, fields, grantable, call.origin()))
                .map(Reply::done);
    }

    private Future<Reply> revoke(Call call) {
        return bus.command(new RevokeKey(call.id("id", KeyId::new), call.origin()))
                .map(Reply::done);
    }

    private static UUID owner(Call call) {
        return call.id("id", Function.identity());
    }
}
