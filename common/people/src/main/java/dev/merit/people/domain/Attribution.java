package dev.merit.people.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.registry.RegistryRequest.StaffRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * To whom a command is attributed. Whoever was named is judged when the command is decided and not before: a repeat is
 * answered as the first time, even when that member of staff has left since.
 *
 * @param isUnknown whether somebody was named who is not, or no longer, staff of this partner
 * @param staff null when nobody was named, or nobody who is known
 */
public record Attribution(boolean isUnknown, @Nullable StaffRef staff) {
    /** Nobody was named. */
    public static final Attribution SYSTEM = new Attribution(false, null);

    /** The answer to the question who was named; null is nobody. */
    public static Attribution named(@Nullable StaffRef staff) {
        return new Attribution(staff == null, staff);
    }

    /**
     * Why nothing of this club can be attributed so: NOT_FOUND on {@code staff_id} for unknown staff,
     * VALIDATION_FAILED on it for staff of another club.
     */
    public Optional<Problem> refuse(ClubId club) {
        if (isUnknown) {
            return Optional.of(Problem.notFound("staff_id"));
        }
        return staff == null || staff.club().equals(club)
                ? Optional.empty()
                : Optional.of(Problem.invalid("staff_id", "works in another club than this card's"));
    }

    public @Nullable StaffId staffId() {
        return staff == null ? null : staff.id();
    }

    /** The name as it is now, which the entry keeps. */
    public String name() {
        return staff == null ? StaffRef.SYSTEM : staff.name();
    }
}
