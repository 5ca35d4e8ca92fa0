package dev.merit.vouchers.app;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherValidated;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.store.MemberReads;
import dev.merit.people.Cards;
import dev.merit.people.Clubs;
import dev.merit.people.Members;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Idempotency.Reply;
import dev.merit.vouchers.domain.Attempt;
import dev.merit.vouchers.domain.BonusCard;
import dev.merit.vouchers.domain.Discount;
import dev.merit.vouchers.domain.Refusal;
import dev.merit.vouchers.domain.VoucherCode;
import dev.merit.vouchers.domain.VoucherTerms;
import dev.merit.vouchers.store.VoucherStore;
import dev.merit.vouchers.store.VoucherStore.Asked;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers whether a code may be redeemed. It takes no lock and changes nothing: only a redemption decides. */
public final class ValidationService {
    private final Database database;
    private final Members members;
    private final Clubs clubs;
    private final BonusCards cards;
    private final Idempotency idempotency;
    private final VoucherStore vouchers = new VoucherStore();
    private final MemberReads standings = new MemberReads();

    public ValidationService(Database database, Members members, Clubs clubs, Cards cards) {
        this.database = database;
        this.members = members;
        this.clubs = clubs;
        this.cards = new BonusCards(cards);
        this.idempotency = new Idempotency(database);
    }

    /** See {@link ValidateVoucher}. Only with an idempotency key is anything written: the answer itself. */
    public Future<Done<VoucherValidated>> validate(ValidateVoucher command) {
        return members.resolve(command.fields().memberIdentifier())
                .compose(member -> command.origin().repeat() == null
                        ? judge(database.lookups(), command, member).map(Done::fresh)
                        : idempotency.once(
                                command.origin(), Reply.ok(VoucherValidated.class), tx -> judge(tx, command, member)));
    }

    private Future<VoucherValidated> judge(SqlClient client, ValidateVoucher command, MemberRef member) {
        if (!member.isActive()) {
            return Future.failedFuture(Problem.of(Code.ACCOUNT_INACTIVE, "This member is not active.")
                    .asException());
        }
        ValidateFields fields = command.fields();
        String code = VoucherCode.kept(fields.code());
        return vouchers.findByCode(client, command.partner(), code, member.id()).compose(found -> {
            Asked asked = found.orElse(null);
            if (asked != null && asked.terms().club().equals(fields.clubId())) {
                return attempt(client, command, member, asked);
            }
            // A club that is none of the partner's is refused as such, whatever the code.
            return clubs.recent(command.partner(), fields.clubId()).map(club -> elsewhere(asked, fields.orderAmount()));
        });
    }

    private Future<VoucherValidated> attempt(SqlClient client, ValidateVoucher command, MemberRef member, Asked asked) {
        VoucherTerms terms = asked.terms();
        Long order = command.fields().orderAmount();
        Future<MemberFacts> facts =
                factsOf(client, new StandingKey(command.partner(), member.id(), terms.club()), terms);
        Future<Optional<BonusCard>> card = cards.find(command.partner(), terms.pointsCard());
        return Future.all(facts, card).map(both -> {
            var attempt = new Attempt(
                    asked.now(),
                    order,
                    asked.timesUsed(),
                    asked.usesOfMember(),
                    facts.result(),
                    card.result().orElse(null));
            return attempt.judge(terms)
                    .map(refusal -> refused(asked, order, refusal))
                    .orElseGet(() -> valid(asked, order));
        });
    }

    private Future<MemberFacts> factsOf(SqlClient client, StandingKey standing, VoucherTerms terms) {
        return terms.audience().isSelective()
                ? standings
                        .listFacts(client, Set.of(standing))
                        .map(found -> found.getOrDefault(standing, MemberFacts.OF_STRANGER))
                : Future.succeededFuture(MemberFacts.OF_STRANGER);
    }

    private static VoucherValidated elsewhere(@Nullable Asked asked, @Nullable Long order) {
        return asked == null
                ? told(null, order, null, new Refusal(Reason.UNKNOWN_CODE, "There is no voucher with this code."))
                : refused(asked, order, new Refusal(Reason.WRONG_CLUB, "This voucher is for another club."));
    }

    private static VoucherValidated refused(Asked asked, @Nullable Long order, Refusal refusal) {
        return told(asked, order, null, refusal);
    }

    private static VoucherValidated valid(Asked asked, @Nullable Long order) {
        return told(asked, order, Discount.of(asked.terms(), order), null);
    }

    private static VoucherValidated told(
            @Nullable Asked asked, @Nullable Long order, @Nullable Discount discount, @Nullable Refusal refusal) {
        VoucherTerms terms = asked == null ? null : asked.terms();
        return new VoucherValidated(
                refusal == null,
                terms == null ? null : terms.id(),
                terms == null ? null : terms.code(),
                terms == null ? null : terms.name(),
                terms == null ? null : terms.type(),
                terms == null ? null : terms.value(),
                terms == null ? null : terms.currency(),
                discount == null ? null : discount.amount(),
                discount != null && discount.capped(),
                order,
                discount == null ? null : discount.finalAmount(),
                asked == null ? null : (Long) asked.timesUsed(),
                asked == null ? null : asked.terms().limits().remaining(asked.timesUsed()),
                terms == null ? null : terms.validity().until(),
                refusal == null ? null : refusal.reason(),
                refusal == null ? null : refusal.message());
    }
}
