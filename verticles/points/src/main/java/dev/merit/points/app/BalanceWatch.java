package dev.merit.points.app;

import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.store.AccountProof;
import dev.merit.ledger.store.AccountProof.Page;
import dev.merit.ledger.store.AccountProof.Rebuilt;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.PgProblems;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds some accounts from their entries every minute, in turn all of them, and exports how many are not what their
 * entries say. An account counts until it is found in order.
 */
public final class BalanceWatch {
    private static final Logger LOGGER = LoggerFactory.getLogger(BalanceWatch.class);

    public static final Duration EVERY = Duration.ofMinutes(1);

    private static final int ACCOUNTS_MAX = 2_000;
    private static final int BAD_MAX = 10_000;

    private final Database database;
    private final AccountProof proof = new AccountProof();
    private final Set<AccountKey> bad = ConcurrentHashMap.newKeySet();
    private final Counter verified;
    private final Counter rounds;
    private int size = ACCOUNTS_MAX;
    private @Nullable AccountKey after;
    private boolean looking;

    public BalanceWatch(Database database, MeterRegistry meters) {
        this.database = database;
        this.verified = Counter.builder("merit.ledger.verified")
                .description("Accounts that were rebuilt from their entries, by this node.")
                .register(meters);
        this.rounds = Counter.builder("merit.ledger.rounds")
                .description("How often this node has been through all accounts.")
                .register(meters);
        Gauge.builder("merit.ledger.differences", bad, Set::size)
                .description("Accounts that are not what their entries say, as far as this node has looked.")
                .register(meters);
    }

    /**
     * Looks again and again; it ends with the context it is called on. It begins anywhere, so that nodes do not all
     * look at the same accounts, nor one that is restarted every night at the first ones only.
     */
    public void start(Vertx vertx, Duration every) {
        proof.somewhere(database.pool()).onSuccess(place -> after = place).onFailure(failure -> LOGGER.atDebug()
                .addKeyValue("cause", PgProblems.describe(failure))
                .log("balance_watch_begins_at_the_start"));
        vertx.setPeriodic(every.toMillis(), fired -> look().onFailure(failure -> LOGGER.atWarn()
                .addKeyValue("cause", PgProblems.describe(failure))
                .log("balance_watch_failed")));
    }

    /** Rebuilds the next accounts, unless it is still at it. */
    public Future<Void> look() {
        if (looking) {
            return Future.succeededFuture();
        }
        looking = true;
        return proof.page(database.pool(), after, size)
                .map(this::judge)
                .recover(this::smaller)
                .onComplete(looked -> looking = false);
    }

    /** Accounts with long histories: fewer of them at a time, and past one that is too long by itself. */
    private Future<Void> smaller(Throwable failure) {
        if (size > 1) {
            size = Math.max(1, size / 4);
            return Future.failedFuture(failure);
        }
        return proof.next(database.pool(), after).compose(past -> {
            after = past;
            LOGGER.atWarn()
                    .addKeyValue("partner_id", past == null ? null : past.partner())
                    .addKeyValue("member_id", past == null ? null : past.member())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("account_not_rebuilt");
            return Future.succeededFuture();
        });
    }

    private @Nullable Void judge(Page page) {
        size = Math.min(ACCOUNTS_MAX, size * 2);
        after = page.last();
        if (after == null) {
            rounds.increment();
        }
        for (Rebuilt account : page.accounts()) {
            String difference = account.difference();
            if (difference == null) {
                bad.remove(account.key());
            } else if (bad.size() < BAD_MAX && bad.add(account.key())) {
                LOGGER.atError()
                        .addKeyValue("partner_id", account.key().partner())
                        .addKeyValue("member_id", account.key().member())
                        .addKeyValue("card_id", account.key().card())
                        .addKeyValue("difference", difference)
                        .log("account_differs");
            }
        }
        verified.increment(page.accounts().size());
        return null;
    }
}
