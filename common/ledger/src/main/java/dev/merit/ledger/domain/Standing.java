package dev.merit.ledger.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a member is in one club. All accounts that the member has open there share it, and each booking that moves
 * lifetime points passes through it: so whoever books, the tier follows.
 *
 * <p>Invariant: after every booking the tier announced last is the one that the lifetime points lead to. A tier that
 * was changed by hand is noticed here as well, with the member's next booking.
 */
public final class Standing {

    /**
     * Another tier than was announced last.
     *
     * @param before null for none
     * @param after null for none
     * @param lifetime the points in the club that led to it
     */
    public record Change(
            @Nullable TierId before, @Nullable TierId after, long lifetime, Instant at, String requestId) {}

    private final ClubId club;
    private final @Nullable StandingKey key;
    private final @Nullable Ladder ladder;
    private final List<Change> changes = new ArrayList<>();
    private @Nullable TierId announced;
    private long lifetime;

    private Standing(ClubId club, @Nullable StandingKey key, @Nullable Ladder ladder) {
        this.club = club;
        this.key = key;
        this.ladder = ladder;
    }

    /**
     * A standing as read under its lock.
     *
     * @param announced the tier that the last event told of; null for none
     * @param lifetime summed over all cards of the club, those that are being booked on included
     */
    public static Standing of(StandingKey key, Ladder ladder, @Nullable TierId announced, long lifetime) {
        var standing = new Standing(key.club(), key, ladder);
        standing.announced = announced;
        standing.lifetime = lifetime;
        return standing;
    }

    /** Anybody's standing in a club that never had a tier. */
    public static Standing untiered(ClubId club) {
        return new Standing(club, null, Ladder.EMPTY);
    }

    /** A standing that was not looked at: enough for bookings that move no lifetime points. */
    public static Standing unread(ClubId club) {
        return new Standing(club, null, null);
    }

    public ClubId club() {
        return club;
    }

    /** The tier held now. */
    public Optional<Tier> tier() {
        if (ladder == null) {
            throw new IllegalStateException("the standing was not read");
        }
        return ladder.at(lifetime);
    }

    /** Adds lifetime points, or takes some back, and tells which tiers were held before and after. */
    Held move(long points, Stamp stamp, Details details) {
        Optional<Tier> before = tier();
        lifetime += points;
        Optional<Tier> after = tier();
        TierId now = after.map(Tier::id).orElse(null);
        if (!Objects.equals(announced, now)) {
            changes.add(new Change(announced, now, lifetime, stamp.at(), details.requestId()));
            announced = now;
        }
        return new Held(before.map(Tier::id).orElse(null), after.map(Tier::ref).orElse(null));
    }

    /** The row that holds it; none in a club that never had a tier. */
    public Optional<StandingKey> key() {
        return Optional.ofNullable(key);
    }

    /** What was not announced before, in order. */
    public List<Change> changes() {
        return List.copyOf(changes);
    }
}
