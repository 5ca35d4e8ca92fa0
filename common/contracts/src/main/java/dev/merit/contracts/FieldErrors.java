package dev.merit.contracts;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects what is wrong with a body, so that all bad fields are told at once. */
public final class FieldErrors {
    private final Map<String, List<String>> errors = new LinkedHashMap<>();

    /** Notes that a field is bad; one field may have several messages. */
    public void add(String field, String message) {
        errors.computeIfAbsent(field, name -> new ArrayList<>()).add(message);
    }

    /** Notes a message unless the condition holds. */
    public void require(boolean condition, String field, String message) {
        if (!condition) {
            add(field, message);
        }
    }

    /** VALIDATION_FAILED with all of them; empty when no field was bad. */
    public Optional<Problem> problem() {
        return errors.isEmpty() ? Optional.empty() : Optional.of(Problem.invalid(errors));
    }

    /** The value, which is only made when no field was bad. */
    public <T> Checked<T> checked(Supplier<T> value) {
        return problem().<Checked<T>>map(Checked.Refused::new).orElseGet(() -> new Checked.Valid<>(value.get()));
    }
}
