package dev.merit.bench;

import dev.merit.bench.Contestant.Host;
import dev.merit.bench.baseline.Tills;
import dev.merit.bench.baseline.Tills.Form;
import dev.merit.bench.candidate.Deed;
import dev.merit.bench.candidate.Mix;
import dev.merit.bench.candidate.Store;
import dev.merit.bench.measure.CpuShares.Program;
import dev.merit.bench.peer.Peer;
import dev.merit.bench.report.Contestants;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Who takes turns in a run, each connected and ready to begin. Whoever takes no part is not started either. */
final class Lineup {
    private static final int CALLERS = 64;
    private static final int SOME_CALLERS = 16;
    private static final int MANY_CALLERS = 256;
    private static final int BATCH_CALLERS = 8;
    private static final int REPEAT_EVERY = 20;

    private final Plan plan;
    private final Stage stage;
    private final DatabaseServer.Database database;
    private final Store store;
    private final Mix spread;
    private final List<Contestant> contestants = new ArrayList<>();

    private Lineup(Plan plan, Stage stage, DatabaseServer.Database database, Store store) {
        this.plan = plan;
        this.stage = stage;
        this.database = database;
        this.store = store;
        this.spread = Mix.spread(plan.ground().members());
    }

    /** In the order of their turns: one that is compared with another comes soon after it. */
    static List<Contestant> of(Plan plan, Stage stage, DatabaseServer.Database database, Store store)
            throws SQLException, IOException {
        var lineup = new Lineup(plan, stage, database, store);
        lineup.baseline(Contestants.SEVERAL, "several statements, 8 clients", Form.SEVERAL, 8);
        lineup.baseline(Contestants.SINGLE_8, "single statement, 8 clients", Form.SINGLE, 8);
        lineup.baseline(Contestants.SINGLE_16, "single statement, 16 clients", Form.SINGLE, 16);
        if (plan.ground().flushDelay().isPositive()) {
            lineup.baseline(Contestants.SINGLE_32, "single statement, 32 clients", Form.SINGLE, 32);
            lineup.baseline(Contestants.SINGLE_64, "single statement, 64 clients", Form.SINGLE, 64);
        }
        lineup.baseline(Contestants.LIMIT, "50 purchases a statement, 2 clients", Form.BATCH, 2);
        lineup.spring();
        lineup.node(Contestants.PURCHASE_64, "HTTP purchase, 64 callers", Deed.PURCHASE, CALLERS);
        lineup.node(Contestants.PURCHASE_256, "HTTP purchase, 256 callers", Deed.PURCHASE, MANY_CALLERS);
        lineup.node(Contestants.PURCHASE_16, "HTTP purchase, 16 callers", Deed.PURCHASE, SOME_CALLERS);
        lineup.node(
                Contestants.REPEATS,
                "HTTP purchase, 64 callers, 5 % repeats",
                store.call(Deed.PURCHASE, CALLERS, new Mix(plan.ground().members(), REPEAT_EVERY)));
        lineup.node(
                Contestants.HOT,
                "HTTP purchase, 64 callers, one hot member",
                store.call(Deed.PURCHASE, CALLERS, Mix.spread(1)));
        lineup.node(Contestants.PURCHASES, "HTTP 100 purchases a request, 8 callers", Deed.PURCHASES, BATCH_CALLERS);
        lineup.node(Contestants.REDEEM, "HTTP redeem, 64 callers", Deed.REDEEM, CALLERS);
        lineup.node(Contestants.STAMPS, "HTTP add a stamp, 64 callers", Deed.ADD_STAMP, CALLERS);
        lineup.node(Contestants.VOUCHER, "HTTP redeem a voucher, 64 callers", Deed.REDEEM_VOUCHER, CALLERS);
        lineup.node(Contestants.MIXED, "HTTP mixed, 64 callers", Deed.MIXED, CALLERS);
        lineup.baseline(Contestants.SINGLE_1, "single statement, 1 client", Form.SINGLE, 1);
        lineup.node(Contestants.PURCHASE_1, "HTTP purchase, 1 caller", Deed.PURCHASE, 1);
        lineup.node(Contestants.VALIDATE, "HTTP validate a voucher, 64 callers", Deed.VALIDATE_VOUCHER, CALLERS);
        lineup.bare();
        lineup.node(Contestants.WALLET, "HTTP wallet, 64 callers", Deed.WALLET, CALLERS);
        return List.copyOf(lineup.contestants);
    }

    private void baseline(String id, String title, Form form, int clients) throws SQLException {
        if (plan.includes(id)) {
            int members = plan.ground().members();
            Tills tills = stage.add(Tills.open(form, clients, database.jdbcUrl(), members));
            add(id, title, Host.BENCH, stretch -> tills.run(stretch, stage.clock()));
        }
    }

    private void spring() throws SQLException, IOException {
        if (plan.includes(Contestants.SPRING) || plan.includes(Contestants.SPRING_256)) {
            Peer peer = watched(Peer.spring(place("spring")));
            spring(peer, Contestants.SPRING, CALLERS);
            spring(peer, Contestants.SPRING_256, MANY_CALLERS);
        }
    }

    private void spring(Peer peer, String id, int callers) {
        if (plan.includes(id)) {
            add(
                    id,
                    "Spring Boot purchase, " + callers + " callers",
                    Host.SPRING,
                    stretch -> peer.closedLoop(callers, spread, stretch, stage.clock()));
        }
    }

    private void bare() throws SQLException, IOException {
        if (plan.includes(Contestants.BARE)) {
            Peer peer = watched(Peer.bare(place("bare")));
            add(
                    Contestants.BARE,
                    "bare Vert.x, one row by key, 64 callers",
                    Host.BARE,
                    stretch -> peer.closedLoop(CALLERS, spread, stretch, stage.clock()));
        }
    }

    private Peer.Place place(String name) throws IOException {
        return new Peer.Place(stage.distribution(), stage.directory(name), database.url(), database.jdbcUrl());
    }

    private Peer watched(Peer peer) {
        stage.clock().watch(Program.PEER, peer.pid());
        return stage.add(peer);
    }

    private void node(String id, String title, Deed deed, int callers) {
        node(id, title, store.call(deed, callers, spread));
    }

    private void node(String id, String title, Store.Call call) {
        if (plan.includes(id)) {
            add(id, title, Host.NODE, stretch -> store.closedLoop(call, stretch, stage.clock()));
        }
    }

    private void add(String id, String title, Host host, Contestant.Turn turn) {
        contestants.add(new Contestant(id, title, host, turn));
    }
}
