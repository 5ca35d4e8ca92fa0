package dev.merit.chaos.world;

import dev.merit.chaos.plan.Plant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Under which address each node finds the database: straight, or through something that changes its words. */
public final class Databases implements AutoCloseable {
    private final List<Relay> relays = new ArrayList<>();
    private final List<String> urls;

    public Databases(PostgresServer postgres, Network network, Plant plant, int nodes) {
        List<String> made = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            List<Rewrite> rewrites = Rewrite.of(plant, node);
            if (!rewrites.isEmpty()) {
                Relay relay = new Relay(network.serverHost(), postgres.port(), rewrites);
                relays.add(relay);
                made.add(postgres.url(network.serverHost(), relay.port()));
            }
        }
        this.urls = relays.isEmpty() ? Collections.nCopies(nodes, postgres.url()) : made;
    }

    /** What the server is told for a planted mistake; empty for none. */
    public static Map<String, String> settings(Plant plant) {
        return plant == Plant.EARLY_ACKNOWLEDGEMENT
                ? Map.of("synchronous_commit", "off", "wal_writer_delay", "10s")
                : Map.of();
    }

    /** One for each node. Holds the password: not for logs. */
    public List<String> urls() {
        return List.copyOf(urls);
    }

    @Override
    public void close() {
        relays.forEach(Relay::close);
    }
}
