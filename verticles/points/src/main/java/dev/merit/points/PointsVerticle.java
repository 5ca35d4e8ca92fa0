package dev.merit.points;

import dev.merit.contracts.Answer;
import dev.merit.contracts.points.LiveCardsRequest;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.ClaimReward;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.CountInClub;
import dev.merit.contracts.points.PointsRequest.CreateCard;
import dev.merit.contracts.points.PointsRequest.CreateReward;
import dev.merit.contracts.points.PointsRequest.CreateTier;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.DeleteReward;
import dev.merit.contracts.points.PointsRequest.DeleteTier;
import dev.merit.contracts.points.PointsRequest.FindBalance;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.FindTier;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.contracts.points.PointsRequest.ListClaims;
import dev.merit.contracts.points.PointsRequest.ListDays;
import dev.merit.contracts.points.PointsRequest.ListMemberClaims;
import dev.merit.contracts.points.PointsRequest.ListRewards;
import dev.merit.contracts.points.PointsRequest.ListTiers;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.RejectClaim;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.contracts.points.PointsRequest.UpdateReward;
import dev.merit.contracts.points.PointsRequest.UpdateTier;
import dev.merit.contracts.points.PointsRequest.WithdrawClaim;
import dev.merit.contracts.points.WalletRequest;
import dev.merit.contracts.points.WalletRequest.FindMemberCard;
import dev.merit.contracts.points.WalletRequest.FindWallet;
import dev.merit.contracts.points.WalletRequest.FollowCard;
import dev.merit.contracts.points.WalletRequest.ListMemberCardTransactions;
import dev.merit.contracts.points.WalletRequest.ListMemberCards;
import dev.merit.contracts.points.WalletRequest.ListMemberRewards;
import dev.merit.contracts.points.WalletRequest.ListMemberTransactions;
import dev.merit.contracts.points.WalletRequest.UnfollowCard;
import dev.merit.platform.Housekeeping;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.config.Settings;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.points.app.BalanceWatch;
import dev.merit.points.app.BookingService;
import dev.merit.points.app.CardService;
import dev.merit.points.app.ClaimService;
import dev.merit.points.app.DayClosing;
import dev.merit.points.app.DayService;
import dev.merit.points.app.FollowService;
import dev.merit.points.app.HistoryService;
import dev.merit.points.app.LiveCardService;
import dev.merit.points.app.RewardService;
import dev.merit.points.app.TierService;
import dev.merit.points.app.TransactionQueries;
import dev.merit.points.app.WalletService;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Map;

/** Serves points on the event bus. It only routes: the services work, the domain decides. */
public final class PointsVerticle extends VerticleBase {
    private static final int FORGOTTEN_MIN = 500;

    private final Bus bus;
    private final Database database;
    private final Settings settings;
    private final MeterRegistry meters;

    private CardService cards;
    private RewardService rewards;
    private TierService tiers;
    private TransactionQueries transactions;
    private BookingService bookings;
    private DayService days;
    private ClaimService claims;
    private WalletService wallets;
    private HistoryService history;
    private FollowService follows;
    private LiveCardService live;
    private Housekeeping housekeeping;

    @SuppressWarnings("NullAway.Init") // Services are made in start(), on the verticle's own context.
    public PointsVerticle(Bus bus, Database database, Settings settings, MeterRegistry meters) {
        this.bus = bus;
        this.database = database;
        this.settings = settings;
        this.meters = meters;
    }

    /** Answers grow old all the time: a few that were forgotten are no reason to look for more at once. */
    private static int worthGoingOn(int forgotten) {
        return forgotten < FORGOTTEN_MIN ? 0 : forgotten;
    }

    @Override
    public Future<?> start() {
        cards = new CardService(database, bus);
        rewards = new RewardService(database);
        tiers = new TierService(database, bus);
        transactions = new TransactionQueries(database, bus);
        bookings = new BookingService(vertx, bus, database, meters);
        days = new DayService(database, InstantSource.system());
        var closing = new DayClosing(database, InstantSource.system());
        claims = new ClaimService(database, bus, bookings, settings.keeping().claims());
        wallets = new WalletService(vertx, database);
        history = new HistoryService(database);
        follows = new FollowService(database);
        live = new LiveCardService(database);
        var idempotency = new Idempotency(database);
        housekeeping = new Housekeeping(
                vertx,
                database,
                Map.of(
                        "points_expired",
                        () -> bookings.sweep("expiry-sweep"),
                        "days_closed",
                        closing::closeDays,
                        "members_counted",
                        cards::foldMembers,
                        "claims_expired",
                        () -> claims.sweep("claim-sweep"),
                        "answers_forgotten",
                        () -> idempotency
                                .prune(settings.keeping().idempotency())
                                .map(PointsVerticle::worthGoingOn)));
        return bookings.start()
                .compose(listening -> bus.serve(PointsRequest.ADDRESS, PointsRequest.class, this::answer))
                .compose(serving -> bus.serve(WalletRequest.ADDRESS, WalletRequest.class, this::answerMember))
                .compose(serving -> bus.serve(LiveCardsRequest.ADDRESS, LiveCardsRequest.class, live::answer))
                .onSuccess(serving -> {
                    housekeeping.start();
                    new BalanceWatch(database, meters).start(vertx, BalanceWatch.EVERY);
                });
    }

    @Override
    public Future<?> stop() {
        return housekeeping.stop().eventually(bookings::stop);
    }

    private Future<Answer> answer(PointsRequest<?> request) {
        return switch (request) {
            case ListCards query -> cards.list(query).map(query::reply);
            case FindCard query -> cards.find(query).map(query::reply);
            case CountInClub query -> tiers.count(query).map(query::reply);
            case CreateCard command -> cards.create(command).map(command::reply);
            case UpdateCard command -> cards.update(command).map(command::reply);
            case DeleteCard command -> cards.delete(command).map(command::reply);
            case ListRewards query -> rewards.list(query).map(query::reply);
            case FindReward query -> rewards.find(query).map(query::reply);
            case CreateReward command -> rewards.create(command).map(command::reply);
            case UpdateReward command -> rewards.update(command).map(command::reply);
            case DeleteReward command -> rewards.delete(command).map(command::reply);
            case ListTiers query -> tiers.list(query).map(query::reply);
            case FindTier query -> tiers.find(query).map(query::reply);
            case CreateTier command -> tiers.create(command).map(command::reply);
            case UpdateTier command -> tiers.update(command).map(command::reply);
            case DeleteTier command -> tiers.delete(command).map(command::reply);
            case Purchase purchase -> bookings.purchase(purchase).map(purchase::reply);
            case Redeem redeem -> bookings.redeem(redeem).map(redeem::reply);
            case ClaimReward command -> claims.claim(command).map(command::reply);
            case ListMemberClaims query -> claims.listOfMember(query).map(query::reply);
            case WithdrawClaim command -> claims.withdraw(command).map(command::reply);
            case ListClaims query -> claims.list(query).map(query::reply);
            case ConfirmClaim command -> bookings.confirm(command).map(command::reply);
            case RejectClaim command -> claims.reject(command).map(command::reply);
            case Reverse reverse -> bookings.reverse(reverse).map(reverse::reply);
            case Adjust adjust -> bookings.adjust(adjust).map(adjust::reply);
            case PurchaseBatch batch -> bookings.purchaseBatch(batch).map(batch::reply);
            case ListTransactions query -> transactions.list(query).map(query::reply);
            case FindTransaction query -> transactions.find(query).map(query::reply);
            case FindBalance query -> transactions.balance(query).map(query::reply);
            case ListDays query -> days.list(query).map(query::reply);
        };
    }

    private Future<Answer> answerMember(WalletRequest<?> request) {
        return switch (request) {
            case FindWallet query -> wallets.wallet(query).map(query::reply);
            case ListMemberCards query -> wallets.listCards(query).map(query::reply);
            case FindMemberCard query -> wallets.findCard(query).map(query::reply);
            case ListMemberRewards query -> wallets.listRewards(query).map(query::reply);
            case ListMemberTransactions query -> history.list(query).map(query::reply);
            case ListMemberCardTransactions query -> history.list(query).map(query::reply);
            case FollowCard command -> follows.follow(command).map(command::reply);
            case UnfollowCard command -> follows.unfollow(command).map(command::reply);
        };
    }
}
