package dev.merit.node;

import dev.merit.platform.config.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a person sees when the node is ready: where it is, the first admin key, what to try. */
final class Welcome {
    private final Settings settings;
    private final NodeDescription node;
    private final Path dataDirectory;

    Welcome(Settings settings, NodeDescription node, Path dataDirectory) {
        this.settings = settings;
        this.node = node;
        this.dataDirectory = dataDirectory;
    }

    List<String> lines(Optional<String> adminKey, Optional<Demo.Kept> demo, boolean demoWanted) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Merit is ready.");
        lines.add("");
        if (node.httpPort() != 0) {
            lines.add("  API        " + api());
            lines.add("  Docs       " + base(node.httpPort()) + "/api/agent/docs");
        }
        lines.add("  Health     " + base(node.managementPort()) + "/health/ready");
        lines.add("  Metrics    " + base(node.managementPort()) + "/metrics");
        lines.add("  Data       " + dataDirectory);
        adminKey.ifPresent(key -> lines.add("  Admin key  " + key + "  (shown this once; keep it)"));
        lines.add("");
        if (demo.isPresent()) {
            lines.add("Try these; each may be pasted again:");
            lines.add("");
            lines.addAll(demo.get().curls(api()));
            lines.add("");
        } else if (demoWanted) {
            lines.add("The database has partners already, so no demo data was added.");
            lines.add("");
        }
        lines.add("Ctrl-C stops it.");
        return lines;
    }

    private String api() {
        return base(node.httpPort()) + "/api/agent/v1";
    }

    private String base(int port) {
        return "http://" + host() + ":" + port;
    }

    /** A node that listens on every address is tried on this machine's own. */
    private String host() {
        String host = settings.http().host();
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
