package dev.merit.points.app;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.ConfirmClaim;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.Redeem;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.store.LedgerStore.RewardUse;
import dev.merit.people.domain.Attribution;
import dev.merit.points.store.ClaimStore.ClaimKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A command on its way through group commit, with its member found. */
sealed interface Booking {

    /** The account it moves points on. */
    AccountKey account();

    Origin origin();

    /** Whether it may take points, for which the account's lots have to be read. */
    boolean mayDebit();

    /** Whether it may move lifetime points, for which the member's standing has to be read. */
    default boolean countsForTiers() {
        return BookingBatch.event(this).countsForTiers();
    }

    /** The shop's own number, where there is one. */
    default Optional<String> orderReference() {
        return Optional.empty();
    }

    /** The reward that it takes, where it takes one. */
    default Optional<Take> taking() {
        return Optional.empty();
    }

    default PartnerId partner() {
        return account().partner();
    }

    default CardId card() {
        return account().card();
    }

    /** A purchase that earns points. */
    record Buy(Purchase request, MemberRef member, Attribution by) implements Booking {
        @Override
        public AccountKey account() {
            return new AccountKey(
                    request.partner(), member.id(), request.fields().cardId());
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public boolean mayDebit() {
            return false;
        }

        @Override
        public Optional<String> orderReference() {
            return Optional.ofNullable(request.fields().orderReference());
        }
    }

    /**
     * A reward that takes points.
     *
     * @param agreed the price that was agreed on before; null takes what the reward costs now
     */
    record Take(
            Redeem request,
            MemberRef member,
            Attribution by,
            @Nullable Long agreed) implements Booking {
        @Override
        public Optional<Take> taking() {
            return Optional.of(this);
        }

        @Override
        public AccountKey account() {
            return new AccountKey(
                    request.partner(), member.id(), request.fields().cardId());
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public boolean mayDebit() {
            return true;
        }

        @Override
        public Optional<String> orderReference() {
            return Optional.ofNullable(request.fields().orderReference());
        }
    }

    /** A claim that takes its reward. */
    record Confirm(ConfirmClaim request, Take take) implements Booking {
        /** The claim, which is locked in the batch. */
        ClaimKey claim() {
            return new ClaimKey(request.partner(), request.claim());
        }

        @Override
        public AccountKey account() {
            return take.account();
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public boolean mayDebit() {
            return true;
        }

        @Override
        public Optional<Take> taking() {
            return Optional.of(take);
        }
    }

    /**
     * A purchase or redemption that is taken back.
     *
     * @param entry as found without a lock: it tells which account and which reward have to be locked
     */
    record Undo(Reverse request, Entry entry, Attribution by) implements Booking {
        @Override
        public AccountKey account() {
            return entry.account();
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public boolean mayDebit() {
            return true;
        }

        /** The reward that was taken, whose use is given back. */
        Optional<RewardUse> reward() {
            return Optional.ofNullable(entry.details().references().rewardId())
                    .map(reward -> new RewardUse(account().partner(), account().member(), reward));
        }
    }

    /** Points that are moved by hand. */
    record Amend(Adjust request, MemberRef member, Attribution by) implements Booking {
        @Override
        public AccountKey account() {
            return new AccountKey(
                    request.partner(), member.id(), request.fields().cardId());
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public boolean mayDebit() {
            return request.fields().points() < 0;
        }

        @Override
        public Optional<String> orderReference() {
            return Optional.ofNullable(request.fields().orderReference());
        }
    }

    /** The sweep: books what has expired on an account, if anything has. */
    record Lapse(AccountKey account, Origin origin) implements Booking {
        @Override
        public boolean mayDebit() {
            return true;
        }
    }
}
