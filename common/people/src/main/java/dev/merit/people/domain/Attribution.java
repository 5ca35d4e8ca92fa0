package dev.merit.people.domain;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.FieldErrors;
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

    private static final String ELSEWHERE = "works in another club than this card's";

    /** The answer to the question who was named; null is nobody. */
    public static Attribution named(@Nullable StaffRef staff) {
        return new Attribution(staff == null, staff);
    }

    /**
     * Why nothing of this club can be attributed so: NOT_FOUND on {@code staff_id} for unknown staff,
     * VALIDATION_FAILED on it for staff of another club.
     */
    public Optional<Problem> refuse(ClubId club) {
        return refuseUnknown()
                .or(() -> fits(club) ? Optional.empty() : Optional.of(Problem.invalid("staff_id", ELSEWHERE)));
    }

    /** The first half of {@link #refuse}, where other fields may be bad too: NOT_FOUND comes before them. */
    public Optional<Problem> refuseUnknown() {
        return isUnknown ? Optional.of(Problem.notFound("staff_id")) : Optional.empty();
    }

    /** The second half of {@link #refuse}: notes staff of another club. */
    public void check(ClubId club, FieldErrors errors) {
        errors.require(fits(club), "staff_id", ELSEWHERE);
    }

    private boolean fits(ClubId club) {
        return staff == null || staff.club().equals(club);
    }

    public @Nullable StaffId staffId() {
        return staff == null ? null : staff.id();
    }

    /** The name as it is now, which the entry keeps. */
    public String name() {
        return staff == null ? StaffRef.SYSTEM : staff.name();
    }
}
