package dev.merit.ledger.store;

import dev.merit.ledger.domain.AccountKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Reads, without locks, what a member has with all partners. */
public final class WalletReads {

    private static final String FIND_ENTRY_COUNT = """
            SELECT entry_count
              FROM ledger.account
             WHERE partner_id = $1 AND member_id = $2 AND card_id = $3
            """;

    /** The number of an account's last entry; empty where there is no account. */
    public Future<Optional<Long>> findEntryCount(SqlClient client, AccountKey key) {
        return client.preparedQuery(FIND_ENTRY_COUNT)
                .execute(Tuple.of(
                        key.partner().value(), key.member().value(), key.card().value()))
                .map(rows -> rows.stream().findFirst().map(row -> row.getLong("entry_count")));
    }
}
