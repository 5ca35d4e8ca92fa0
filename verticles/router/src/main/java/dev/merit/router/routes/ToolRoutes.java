package dev.merit.router.routes;

import dev.merit.router.http.Access;
import dev.merit.router.http.Call;
import dev.merit.router.http.Endpoint;
import dev.merit.router.http.Reply;
import dev.merit.router.tools.ToolForm;
import dev.merit.router.tools.Toolbox;
import io.vertx.core.Future;
import java.util.Map;

/** Tells a key which tools it has, without asking any domain. */
final class ToolRoutes implements Routes {
    private final Toolbox toolbox;
    private final Access access;

    ToolRoutes(Toolbox toolbox) {
        this.toolbox = toolbox;
        this.access = new Access(toolbox.operations());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("router.tools", this::tools);
    }

    private Future<Reply> tools(Call call) {
        ToolForm form = call.filter("format", ToolForm::of);
        return Future.succeededFuture(
                Reply.written(toolbox.json(form == null ? ToolForm.GENERIC : form, access.of(call.identity()))));
    }
}
