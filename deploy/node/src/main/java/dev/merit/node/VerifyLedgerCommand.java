package dev.merit.node;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.TopicReplay;
import dev.merit.events.store.EventRef;
import dev.merit.events.store.OutboxStore;
import dev.merit.events.store.ParkedStore;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.AccountProof;
import dev.merit.ledger.store.AccountProof.Numbered;
import dev.merit.ledger.store.AccountProof.Page;
import dev.merit.ledger.store.AccountProof.Rebuilt;
import dev.merit.node.DatabaseSession.Lent;
import dev.merit.node.store.DatabaseProbe;
import dev.merit.node.store.Snapshot;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.stamps.store.ProgressProof;
import dev.merit.vouchers.store.UseProof;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Rebuilds every balance from the entries and from the topic, and compares. Also beside running nodes. */
@Command(
        name = "verify-ledger",
        description = {
            "Rebuilds every balance from the ledger's entries and from the Kafka topic, and compares them with what is stored;"
                    + " counts stamps and uses of vouchers anew. Prints the first differences and ends with 1 when there is"
                    + " one."
        })
final class VerifyLedgerCommand implements Callable<Integer> {
    private static final Duration STEP_LIMIT = Duration.ofMinutes(15);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration TELL_EVERY = Duration.ofSeconds(3);
    private static final int PAGE = 2_000;
    private static final int SHOWN_MAX = 20;
    private static final int COUNTED_MAX = 10_000;
    private static final int UNREADABLE_MAX = 100_000;

    @Option(names = "--database-only", description = "Leaves the topic out.")
    private boolean databaseOnly;

    private final List<String> shown = new ArrayList<>();
    private long differences;
    private final Terminal terminal = new Terminal(System.err, false);
    private long entries;
    private long accounts;
    private long begun;
    private long told;

    static String named(AccountKey key) {
        return "partner " + key.partner() + ", member " + key.member() + ", card " + key.card();
    }

    @Override
    public Integer call() {
        Settings settings = Launch.settings(System.getenv());
        Logging.configure(settings.logFormat());
        begun = System.nanoTime();
        long found = DatabaseSession.useServers(settings, terminal, !databaseOnly, this::verify);
        shown.forEach(System.out::println);
        if (found > SHOWN_MAX) {
            System.out.println("… and " + (found - SHOWN_MAX) + " more");
        }
        System.out.println(
                found == 0
                        ? "No difference in " + accounts + " accounts with " + entries + " entries."
                        : found + " differences in " + accounts + " accounts with " + entries + " entries.");
        return found == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private long verify(Lent lent) {
        Vertx vertx = Vertx.vertx();
        try {
            Database database = Database.open(vertx, lent.database());
            SqlConnection snapshot =
                    wait(DatabaseProbe.insist(database.pool()).compose(awake -> Snapshot.open(database)));
            Replayed replayed = lent.kafka().isPresent() ? new Replayed() : null;
            rebuild(snapshot, replayed);
            wait(new UseProof().listDifferences(snapshot, COUNTED_MAX)).forEach(this::differ);
            wait(new ProgressProof().listDifferences(snapshot, COUNTED_MAX)).forEach(this::differ);
            Map<AccountKey, Long> waiting = replayed == null ? Map.of() : waiting(snapshot);
            Set<AccountKey> incomplete = replayed == null ? Set.of() : incomplete(snapshot);
            Waiting.done(Snapshot.close(snapshot), CLOSE_LIMIT, "Closing");
            if (replayed != null) {
                // The topic is read to where it ends now: it has at least what the snapshot says is published.
                replay(lent.kafka().orElseThrow(), replayed, database.pool());
                replayed.differences(waiting, incomplete).forEach(this::differ);
                if (!incomplete.isEmpty()) {
                    terminal.line(
                            incomplete.size()
                                    + (incomplete.size() == 1 ? " account has" : " accounts have")
                                    + " dropped events, so that the topic does not tell all of it: compared with the entries only.");
                }
            } else {
                terminal.line("The topic was not compared: "
                        + (databaseOnly ? "only the database was asked for." : "nothing is published."));
            }
            return differences;
        } finally {
            Waiting.done(vertx.close(), CLOSE_LIMIT, "Closing");
        }
    }

    private void differ(String difference) {
        differences++;
        if (shown.size() < SHOWN_MAX) {
            shown.add(difference);
        }
    }

    private void rebuild(SqlClient snapshot, @Nullable Replayed replayed) {
        AccountProof proof = new AccountProof();
        AccountKey after = null;
        do {
            Page page = wait(proof.page(snapshot, after, PAGE));
            for (Rebuilt account : page.accounts()) {
                accounts++;
                entries += account.entries();
                if (account.difference() != null) {
                    differ(named(account.key()) + " " + account.difference());
                }
                if (replayed != null) {
                    replayed.expect(account);
                }
            }
            after = page.last();
            tell("entries", entries, false);
        } while (after != null);
        tell("entries", entries, true);
    }

    private void replay(String bootstrapServers, Replayed replayed, SqlClient fresh) {
        begun = System.nanoTime();
        TopicReplay.read(bootstrapServers, event -> {
            replayed.tell(event);
            if (replayed.doubts() >= PAGE) {
                doubt(fresh, replayed);
            }
            tell("events", replayed.events(), false);
        });
        doubt(fresh, replayed);
        tell("events, " + replayed.repeats() + " of them repeats", replayed.events(), true);
    }

    /** For each account the first event that is not in the topic, because it waits or because it is parked. */
    private static Map<AccountKey, Long> waiting(SqlClient snapshot) {
        OutboxStore outbox = new OutboxStore();
        Map<AccountKey, Long> first = new HashMap<>();
        wait(outbox.listFirstWaiting(snapshot, TransactionRecorded.TOPIC))
                .forEach(each -> first.put(
                        new AccountKey(
                                new PartnerId(each.partner()), new MemberId(each.member()), new CardId(each.card())),
                        each.sequence()));
        // What cannot be read cannot say whose it is; but a transaction's event has the id of its entry.
        entriesOf(snapshot, wait(outbox.listUnreadable(snapshot, TransactionRecorded.TOPIC, UNREADABLE_MAX)))
                .forEach(each -> first.merge(each.account(), each.sequence(), Math::min));
        return first;
    }

    private static List<Numbered> entriesOf(SqlClient snapshot, List<EventRef> events) {
        return wait(new AccountProof()
                .listNumbered(
                        snapshot,
                        events.stream().map(EventRef::partner).toList(),
                        events.stream().map(EventRef::event).toList()));
    }

    /** Accounts of which the topic does not tell everything, because an operator gave events up. */
    private static Set<AccountKey> incomplete(SqlClient snapshot) {
        return entriesOf(
                        snapshot,
                        wait(new ParkedStore().listDropped(snapshot, TransactionRecorded.TOPIC, UNREADABLE_MAX)))
                .stream()
                .map(each -> each.account())
                .collect(Collectors.toSet());
    }

    /** What is no part of the snapshot's balances must at least be in the ledger by now. */
    private void doubt(SqlClient fresh, Replayed replayed) {
        List<AccountProof.Told> told = replayed.takeDoubtful().stream()
                .map(event -> new AccountProof.Told(
                        new AccountKey(event.partnerId(), event.memberId(), event.cardId()),
                        event.accountSequence(),
                        event.id(),
                        event.points(),
                        event.balanceAfter()))
                .toList();
        wait(new AccountProof().listUntrue(fresh, told))
                .forEach(each -> differ(named(each.account()) + ": the topic tells entry " + each.sequence() + ", "
                        + each.entry() + ", and the ledger has no such entry"));
    }

    private void tell(String what, long count, boolean atOnce) {
        long now = System.nanoTime();
        if (atOnce || now - told > TELL_EVERY.toNanos()) {
            told = now;
            long perSecond = count * Duration.ofSeconds(1).toNanos() / Math.max(1, now - begun);
            terminal.line(count + " " + what + " read, " + perSecond + " a second");
        }
    }

    private static <T> T wait(Future<T> future) {
        return Waiting.on(future, STEP_LIMIT, "Verifying the ledger");
    }
}
