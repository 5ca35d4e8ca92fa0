package dev.merit.keys.app;

import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Pagination;
import dev.merit.contracts.Paging;
import dev.merit.contracts.keys.KeysRequest.AppendAudit;
import dev.merit.contracts.keys.KeysRequest.AuditFilter;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.contracts.keys.KeysRequest.AuditRowPage;
import dev.merit.contracts.keys.KeysRequest.ListAudit;
import dev.merit.keys.domain.AuditChain;
import dev.merit.keys.domain.AuditChain.Head;
import dev.merit.keys.domain.AuditChain.Link;
import dev.merit.keys.store.AuditListStore;
import dev.merit.keys.store.AuditRange;
import dev.merit.keys.store.AuditStore;
import dev.merit.platform.Cursors;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was done and refused: kept in chains, and shown to operators. */
public final class AuditService {
    /**
     * How many rows a question with filters that no index serves looks through at once. It goes on behind them with the
     * cursor that it answers.
     */
    private static final long LOOKED_THROUGH_MAX = 100_000;

    private final Database database;
    private final AuditStore store = new AuditStore();
    private final AuditListStore lists = new AuditListStore();

    public AuditService(Database database) {
        this.database = database;
    }

    /** Rows that were sent before are passed over: what nobody answered in time is sent again. */
    public Future<Acknowledged> appendAudit(AppendAudit command) {
        if (command.rows().isEmpty()) {
            return Future.succeededFuture(new Acknowledged());
        }
        Map<UUID, List<AuditRow>> byChain = new LinkedHashMap<>();
        for (AuditRow row : command.rows()) {
            byChain.computeIfAbsent(AuditChain.of(row), chain -> new ArrayList<>())
                    .add(row);
        }
        return append(byChain, tx -> Future.succeededFuture(Set.of()))
                .recover(failure ->
                        AuditStore.failedForKnown(failure) ? appendRest(byChain) : Future.failedFuture(failure))
                .map(new Acknowledged());
    }

    /** Hardly ever some were written before, so that is only looked at when it turns out so. */
    private Future<Void> appendRest(Map<UUID, List<AuditRow>> byChain) {
        List<UUID> ids = byChain.values().stream()
                .flatMap(List::stream)
                .map(AuditRow::id)
                .toList();
        return append(byChain, tx -> store.listKnown(tx, ids));
    }

    private Future<Void> append(Map<UUID, List<AuditRow>> byChain, Function<SqlClient, Future<Set<UUID>>> knownIn) {
        return database.transaction(tx -> store.lockHeads(tx, byChain.keySet())
                .compose(heads -> knownIn.apply(tx).compose(known -> write(tx, links(heads, byChain, known)))));
    }

    private static List<List<Link>> links(List<Head> heads, Map<UUID, List<AuditRow>> byChain, Set<UUID> known) {
        var links = new ArrayList<List<Link>>();
        for (Head head : heads) {
            List<AuditRow> fresh = byChain.getOrDefault(head.chain(), List.of()).stream()
                    .filter(row -> !known.contains(row.id()))
                    .toList();
            if (!fresh.isEmpty()) {
                links.add(AuditChain.extend(head, fresh));
            }
        }
        return links;
    }

    private Future<Void> write(SqlClient tx, List<List<Link>> chains) {
        if (chains.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.appendLinks(tx, chains.stream().flatMap(List::stream).toList())
                .compose(written ->
                        store.setHeads(tx, chains.stream().map(List::getLast).toList()));
    }

    /** VALIDATION_FAILED on {@code cursor}. */
    public Future<AuditRowPage> listAudit(ListAudit query) {
        return Future.succeededFuture(query).map(AuditService::range).compose(range -> reach(range)
                .compose(reach -> page(reach.map(range::since).orElse(range), reach.orElse(null), query.paging())));
    }

    private static AuditRange range(ListAudit query) {
        AuditFilter filter = query.filter();
        return new AuditRange(
                filter,
                startOf(filter.from()),
                filter.to() == null ? null : startOf(filter.to().plusDays(1)),
                Cursors.read(query.paging().cursor()));
    }

    /** Ids carry the time of their row, so that a range of days is a range of ids. */
    private static @Nullable UUID startOf(@Nullable LocalDate day) {
        return day == null ? null : Uuids.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    private Future<Optional<UUID>> reach(AuditRange range) {
        return range.isSieved()
                ? lists.findReach(database.pool(), range, LOOKED_THROUGH_MAX)
                : Future.succeededFuture(Optional.empty());
    }

    /**
     * One page.
     *
     * @param reach how far back it looks; null to the beginning
     */
    private Future<AuditRowPage> page(AuditRange range, @Nullable UUID reach, Paging paging) {
        boolean numbered = paging.cursor() == null;
        Future<List<AuditRow>> listed = lists.listAudit(database.pool(), range, paging);
        Future<Long> counted = numbered ? lists.countAudit(database.pool(), range) : Future.succeededFuture(0L);
        return Future.all(listed, counted).map(both -> {
            List<AuditRow> found = listed.result();
            List<AuditRow> items = found.subList(0, Math.min(found.size(), paging.perPage()));
            UUID next = found.size() > items.size() ? items.getLast().id() : reach;
            String cursor = next == null ? null : Cursors.write(next);
            return new AuditRowPage(
                    items,
                    numbered
                            ? numbered(paging, counted.result(), cursor, reach != null)
                            : Pagination.following(paging, cursor));
        });
    }

    private static Pagination numbered(Paging paging, long counted, @Nullable String cursor, boolean more) {
        Pagination exact = Pagination.numbered(paging, counted, cursor);
        return more ? new Pagination(exact.currentPage(), exact.perPage(), exact.total(), true, cursor) : exact;
    }
}
