package dev.merit.vouchers.app;

import dev.merit.contracts.Answer;
import dev.merit.contracts.Problem;
import dev.merit.contracts.vouchers.LiveVouchersRequest;
import dev.merit.contracts.vouchers.LiveVouchersRequest.FindLiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.ListLiveVouchers;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVouchers;
import dev.merit.platform.pg.Database;
import dev.merit.vouchers.store.LiveVoucherStore;
import io.vertx.core.Future;

/** Vouchers as anybody may find them, whoever the partner is. */
public final class LiveVoucherService {
    private final Database database;
    private final LiveVoucherStore vouchers = new LiveVoucherStore();

    public LiveVoucherService(Database database) {
        this.database = database;
    }

    /** Answers whatever is asked of live vouchers. */
    public Future<Answer> answer(LiveVouchersRequest<?> request) {
        return switch (request) {
            case ListLiveVouchers query -> listLiveVouchers(query).map(query::reply);
            case FindLiveVoucher query -> findLiveVoucher(query).map(query::reply);
        };
    }

    private Future<LiveVouchers> listLiveVouchers(ListLiveVouchers query) {
        return vouchers.list(database.reads(), query.partners(), LiveVouchersRequest.LISTED_MAX)
                .map(LiveVouchers::new);
    }

    private Future<LiveVoucher> findLiveVoucher(FindLiveVoucher query) {
        return vouchers.find(database.reads(), query.voucher())
                .map(found -> found.orElseThrow(() -> Problem.notFound().asException()));
    }
}
