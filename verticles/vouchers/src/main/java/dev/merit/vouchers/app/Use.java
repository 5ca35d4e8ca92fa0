package dev.merit.vouchers.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.vouchers.domain.BonusCard;
import dev.merit.vouchers.store.RedemptionStore.Order;
import dev.merit.vouchers.store.RedemptionStore.RedemptionKey;
import dev.merit.vouchers.store.StoredRedemption;
import dev.merit.vouchers.store.UseStore.MemberUse;
import dev.merit.vouchers.store.VoucherKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command on its way through group commit, with all that has to be known to lock what it needs. */
sealed interface Use {

    VoucherKey voucher();

    MemberId memberId();

    Origin origin();

    /** The account that points are booked on, where there are any. */
    Optional<AccountKey> account();

    default PartnerId partner() {
        return voucher().partner();
    }

    default MemberUse memberUse() {
        return new MemberUse(voucher(), memberId());
    }

    /**
     * A redemption.
     *
     * @param pointsCard of the voucher when it was last looked at; should it have changed, the command begins again
     * @param card that card as it is now; null when there is none, or none any more
     */
    record Redeem(
            RedeemVoucher request,
            MemberRef member,
            @Nullable CardId pointsCard,
            @Nullable BonusCard card) implements Use {
        @Override
        public VoucherKey voucher() {
            return new VoucherKey(request.partner(), request.voucher());
        }

        @Override
        public MemberId memberId() {
            return member.id();
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public Optional<AccountKey> account() {
            return Optional.ofNullable(card).map(of -> new AccountKey(partner(), memberId(), of.id()));
        }

        Optional<Order> order() {
            return Optional.ofNullable(request.fields().orderReference())
                    .map(reference -> new Order(voucher(), memberId(), reference));
        }
    }

    /**
     * Takes a redemption back.
     *
     * @param before the redemption as it was found; what says which rows it touches never changes
     */
    record Undo(VoidRedemption request, StoredRedemption before) implements Use {
        @Override
        public VoucherKey voucher() {
            return before.voucher();
        }

        @Override
        public MemberId memberId() {
            return before.member();
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public Optional<AccountKey> account() {
            return Optional.ofNullable(before.credit())
                    .map(credit -> new AccountKey(partner(), memberId(), credit.card()));
        }

        RedemptionKey redemption() {
            return new RedemptionKey(partner(), before.id());
        }
    }
}
