package dev.merit.platform.pg;

import dev.merit.contracts.Problem;
import dev.merit.platform.pg.GroupCommit.Decision;
import dev.merit.platform.pg.GroupCommit.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Writes items to a table; an item that is there already answers "old". */
final class ItemWork implements GroupCommit.Work<Item, Set<Integer>, String> {
    /** How many commands each try had, in order. */
    final Queue<Integer> tries = new ConcurrentLinkedQueue<>();
    /** How many commands each look without locks had, in order. */
    final Queue<Integer> looks = new ConcurrentLinkedQueue<>();

    private final boolean mayLook;

    private ItemWork(boolean mayLook) {
        this.mayLook = mayLook;
    }

    /** Always takes locks. */
    static ItemWork locking() {
        return new ItemWork(false);
    }

    /** Takes locks only where it has to, and then writes no log. */
    static ItemWork looking() {
        return new ItemWork(true);
    }

    @Override
    public Future<Optional<Set<Integer>>> look(SqlClient client, List<Item> items) {
        if (!mayLook) {
            return GroupCommit.Work.super.look(client, items);
        }
        looks.add(items.size());
        return known(client, items).map(Optional::of);
    }

    @Override
    public Future<Set<Integer>> load(SqlClient tx, List<Item> items) {
        tries.add(items.size());
        if (has(items, Item.Kind.THROWING)) {
            throw new IllegalStateException("thrown while loading");
        }
        Future<?> before = tx.query(prelude(items)).execute();
        Future<Set<Integer>> known = known(tx, items);
        return Future.all(before, known).map(both -> both.resultAt(1));
    }

    private static Future<Set<Integer>> known(SqlClient tx, List<Item> items) {
        return tx.preparedQuery("SELECT id FROM lab.item WHERE id = ANY ($1)")
                .execute(Tuple.of(ids(items)))
                .map(rows -> {
                    var ids = new HashSet<Integer>();
                    rows.forEach(row -> ids.add(row.getInteger("id")));
                    return ids;
                });
    }

    private static String prelude(List<Item> items) {
        if (has(items, Item.Kind.SLOW)) {
            return "SELECT pg_sleep(0.5)";
        }
        if (has(items, Item.Kind.GATED)) {
            return "LOCK TABLE lab.gate IN ROW SHARE MODE";
        }
        return has(items, Item.Kind.UNLOADABLE) ? "SELECT 1 / 0" : "SELECT 1";
    }

    @Override
    public Decision<String> decide(Set<Integer> known, List<Item> items) {
        var outcomes = new ArrayList<Outcome<String>>();
        var fresh = new ArrayList<Item>();
        for (Item item : items) {
            switch (item.kind()) {
                case REFUSED -> outcomes.add(new Outcome.Refused<>(Problem.notFound()));
                case UNDECIDABLE -> throw new IllegalStateException("thrown while deciding");
                case FORGOTTEN -> fresh.add(item);
                default -> {
                    boolean isNew = known.add(item.id());
                    outcomes.add(new Outcome.Accepted<>(isNew ? "new" : "old"));
                    if (isNew) {
                        fresh.add(item);
                    }
                }
            }
        }
        GroupCommit.Changes changes = fresh.isEmpty() ? null : changes(fresh);
        return has(items, Item.Kind.PARTLY_REFUSED)
                ? new Decision<>(outcomes, changes, false)
                : new Decision<>(outcomes, changes);
    }

    private GroupCommit.Changes changes(List<Item> items) {
        return new GroupCommit.Changes() {
            @Override
            public Future<?> send(SqlClient tx) {
                return isOneStatement() ? write(tx, items) : writeAndLog(tx, items);
            }

            @Override
            public boolean isOneStatement() {
                return mayLook && !has(items, Item.Kind.LOGGED);
            }
        };
    }

    private static Future<?> write(SqlClient tx, List<Item> items) {
        return tx.preparedQuery("INSERT INTO lab.item (id, kind) SELECT * FROM unnest($1::int[], $2::text[])")
                .execute(Tuple.of(ids(items), kinds(items)));
    }

    private static Future<?> writeAndLog(SqlClient tx, List<Item> items) {
        Future<?> written = write(tx, items);
        Object parameter = has(items, Item.Kind.UNSENDABLE) ? "not a number" : (Object) items.size();
        Future<?> logged =
                tx.preparedQuery("INSERT INTO lab.log (items) VALUES ($1::int)").execute(Tuple.of(parameter));
        return Future.all(written, logged);
    }

    private static Object kinds(List<Item> items) {
        return items.stream().map(item -> item.kind().name()).toArray(String[]::new);
    }

    private static Integer[] ids(List<Item> items) {
        return items.stream().map(Item::id).toArray(Integer[]::new);
    }

    private static boolean has(List<Item> items, Item.Kind kind) {
        return items.stream().anyMatch(item -> item.kind() == kind);
    }
}
