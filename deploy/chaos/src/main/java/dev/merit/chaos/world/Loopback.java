package dev.merit.chaos.world;

import dev.merit.chaos.plan.Cut;
import java.util.List;

/** Everybody on 127.0.0.1: works everywhere, and nobody can be cut off. */
public record Loopback() implements Network {
    private static final String HOST = "127.0.0.1";

    @Override
    public String serverHost() {
        return HOST;
    }

    @Override
    public String nodeHost(int node) {
        return HOST;
    }

    @Override
    public List<String> within(int node) {
        return List.of();
    }

    @Override
    public void cut(int node, Cut from) {
        throw new ChaosFailed("On the loopback interface no node can be cut off.");
    }

    @Override
    public void heal(int node) {
        // Nothing is ever cut.
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}
