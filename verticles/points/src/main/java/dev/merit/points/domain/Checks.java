package dev.merit.points.domain;

import dev.merit.contracts.Problem;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a card or a reward, all fields at once. */
public final class Checks {
    private final Map<String, List<String>> errors = new LinkedHashMap<>();

    public Checks currency(@Nullable String code) {
        if (code != null
                && Currency.getAvailableCurrencies().stream()
                        .noneMatch(known -> known.getCurrencyCode().equals(code))) {
            refuse("currency", "must be an ISO 4217 code");
        }
        return this;
    }

    public Checks validity(Validity validity) {
        if (validity.isBackwards()) {
            refuse("valid_until", "must not be before valid_from");
        }
        return this;
    }

    /** Throws a VALIDATION_FAILED that names every bad field, if there is any. */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors).asException();
        }
    }

    private void refuse(String field, String message) {
        errors.computeIfAbsent(field, unseen -> new ArrayList<>()).add(message);
    }
}
