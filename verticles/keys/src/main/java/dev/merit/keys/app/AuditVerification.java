package dev.merit.keys.app;

import dev.merit.keys.domain.AuditChain;
import dev.merit.keys.domain.AuditChain.Head;
import dev.merit.keys.domain.AuditChain.Link;
import dev.merit.keys.domain.AuditProof;
import dev.merit.keys.store.AuditStore;
import dev.merit.keys.store.AuditStore.Extent;
import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Walks along every chain of audit rows and tells the first bad place of each. It only reads, a piece at a time, and
 * may run while rows are added: each chain is followed up to the end that it had when its turn came.
 */
public final class AuditVerification {
    private static final int CHAINS = 100;
    private static final int ROWS = 1_000;
    private static final int BREAKS_MAX = 1_000;

    private final Database database;
    private final AuditStore store = new AuditStore();
    private final List<String> breaks = new ArrayList<>();
    private long chains;
    private long rows;

    public AuditVerification(Database database) {
        this.database = database;
    }

    /**
     * What was found.
     *
     * @param rows that are as they were written
     * @param breaks the first bad place of each bad chain, a sentence each
     */
    public record Outcome(long chains, long rows, List<String> breaks) {
        public boolean isWhole() {
            return breaks.isEmpty();
        }
    }

    /** Verifies everything. Use a verification once. */
    public Future<Outcome> verify() {
        return chains(AuditChain.NOBODYS).map(done -> new Outcome(chains, rows, List.copyOf(breaks)));
    }

    private Future<Void> chains(UUID from) {
        return store.listExtents(database.pool(), from, CHAINS + 1).compose(extents -> {
            Future<Void> all = Future.succeededFuture();
            for (Extent extent : extents.subList(0, Math.min(CHAINS, extents.size()))) {
                all = all.compose(before -> chain(extent));
            }
            return extents.size() > CHAINS && breaks.size() < BREAKS_MAX
                    ? all.compose(before -> chains(extents.getLast().head().chain()))
                    : all;
        });
    }

    private Future<Void> chain(Extent extent) {
        var proof = new AuditProof(extent.head().chain());
        chains++;
        return links(proof, extent, 0).map(done -> {
            rows += proof.proven();
            proof.end(extent.head(), extent.lastSequence()).ifPresent(found -> breaks.add(found.toString()));
            return null;
        });
    }

    private Future<Void> links(AuditProof proof, Extent extent, long after) {
        Head from = new Head(extent.head().chain(), after, extent.head().hash());
        return store.listLinks(database.pool(), from, extent.head().sequence(), ROWS)
                .compose(links -> {
                    links.forEach(proof::next);
                    return links.size() < ROWS || proof.isBroken()
                            ? Future.succeededFuture()
                            : links(proof, extent, last(links));
                });
    }

    private static long last(List<Link> links) {
        return links.getLast().sequence();
    }
}
