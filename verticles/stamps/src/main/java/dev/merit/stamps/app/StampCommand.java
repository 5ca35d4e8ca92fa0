package dev.merit.stamps.app;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.stamps.StampsRequest.AddStamps;
import dev.merit.contracts.stamps.StampsRequest.RedeemStamps;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.people.domain.Attribution;
import dev.merit.stamps.app.RewardCards.RewardCard;
import dev.merit.stamps.domain.StampKey;
import dev.merit.stamps.store.StampCardStore.StampCardKey;
import dev.merit.stamps.store.StampStore.Order;
import java.util.Optional;

/** A command on its way through group commit, with its member found. */
sealed interface StampCommand {

    StampKey key();

    Origin origin();

    /** The loyalty card that it may credit. */
    default Optional<RewardCard> rewardCard() {
        return Optional.empty();
    }

    /** The shop's own number, where there is one. */
    default Optional<Order> order() {
        return Optional.empty();
    }

    default StampCardKey stampCard() {
        return new StampCardKey(key().partner(), key().stampCard());
    }

    default Optional<AccountKey> account() {
        return rewardCard().map(card -> new AccountKey(key().partner(), key().member(), card.id()));
    }

    /** Who is to get stamps or a reward, and who gives it. */
    record Parties(PartnerId partner, MemberRef member, Attribution by) {

        MemberId memberId() {
            return member.id();
        }

        StampKey on(StampCardId stampCard) {
            return new StampKey(partner, member.id(), stampCard);
        }
    }

    /** Stamps that are added. */
    record Add(AddStamps request, Parties parties, Optional<Surroundings> around) implements StampCommand {
        @Override
        public StampKey key() {
            return parties.on(request.stampCard());
        }

        @Override
        public Origin origin() {
            return request.origin();
        }

        @Override
        public Optional<RewardCard> rewardCard() {
            return around.flatMap(Surroundings::rewardCard);
        }

        @Override
        public Optional<Order> order() {
            return Optional.ofNullable(request.fields().orderReference())
                    .map(reference -> new Order(request.partner(), reference));
        }
    }

    /** A reward that is handed out. */
    record HandOut(RedeemStamps request, Parties parties) implements StampCommand {
        @Override
        public StampKey key() {
            return parties.on(request.stampCard());
        }

        @Override
        public Origin origin() {
            return request.origin();
        }
    }

    /** The sweep: lets an open round lapse, if its time is over. */
    record Lapse(StampKey key, Origin origin) implements StampCommand {}
}
