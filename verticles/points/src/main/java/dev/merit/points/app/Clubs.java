package dev.merit.points.app;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.registry.RegistryRequest.Club;
import dev.merit.contracts.registry.RegistryRequest.FindClub;
import dev.merit.platform.bus.Bus;
import io.vertx.core.Future;

/** Clubs that something is to hang on. They belong to the registry, which is asked. */
final class Clubs {
    private final Bus bus;

    Clubs(Bus bus) {
        this.bus = bus;
    }

    /** Finds a club of the partner; unknown and foreign ones are NOT_FOUND on {@code club_id}. */
    Future<Club> find(PartnerId partner, ClubId club) {
        return bus.ask(new FindClub(partner, club))
                .recover(failure -> Future.failedFuture(
                        failure instanceof ProblemException refusal
                                        && refusal.problem().code() == Problem.Code.NOT_FOUND
                                ? Problem.notFound("club_id").asException()
                                : failure));
    }
}
