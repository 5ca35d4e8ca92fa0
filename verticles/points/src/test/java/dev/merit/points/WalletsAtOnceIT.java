package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.WalletRequest.FindWallet;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.Wallet;
import dev.merit.contracts.points.WalletRequest.WalletBalance;
import dev.merit.platform.pg.Database;
import dev.merit.points.app.WalletService;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Wallets of many members that are read together. */
class WalletsAtOnceIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Vertx VERTX = Vertx.vertx();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @SuppressWarnings("NullAway.Init")
    private static Database database;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
        database = POSTGRES.open(VERTX);
    }

    @AfterAll
    static void stop() {
        get(database.close());
        get(VERTX.close());
        nodes.close();
    }

    // Breaks when wallets that are read together are shown to each other's members, or beyond the first group.
    @Test
    void showsEachOfFiftyWhoAskAtOnceItsOwnWallet() {
        PartnerId partner = Nodes.partner();
        CardId card = nodes.card(partner, Nodes.plainCard());
        CardId followed = nodes.card(partner, Nodes.plainCard());
        List<MemberId> members =
                IntStream.range(0, 50).mapToObj(i -> Nodes.member()).toList();
        List<List<WalletBalance>> expected = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            var own = new ArrayList<WalletBalance>();
            // Every fifth has nothing, every fourth follows a card, the newest of the two.
            if (i % 4 == 0) {
                get(nodes.bus(0).ask(new FollowCard(members.get(i), followed, Nodes.origin(null))));
                own.add(new WalletBalance(followed, "Card", 0, "points"));
            }
            if (i % 5 != 0) {
                get(nodes.purchase(0, partner, Nodes.of(card, members.get(i), String.valueOf(i)), null));
                own.add(new WalletBalance(card, "Card", i, "points"));
            }
            expected.add(own);
        }

        List<Wallet> wallets = walletsAtOnce(members);

        assertThat(wallets).extracting(Wallet::balances).containsExactlyElementsOf(expected);
    }

    /** Asks for all of them in one turn of one context, so that they are read together. */
    private static List<Wallet> walletsAtOnce(List<MemberId> members) {
        Promise<List<Wallet>> found = Promise.promise();
        VERTX.runOnContext(turn -> {
            var service = new WalletService(VERTX, database);
            Future.all(members.stream()
                            .map(member -> service.wallet(new FindWallet(member)))
                            .toList())
                    .map(all -> all.<Wallet>list())
                    .onComplete(found);
        });
        return get(found.future());
    }
}
