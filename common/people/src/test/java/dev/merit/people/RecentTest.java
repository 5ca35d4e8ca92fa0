package dev.merit.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.PartnerId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentTest {
    private static final PartnerId OURS = new PartnerId(new UUID(0, 1));
    private static final PartnerId THEIRS = new PartnerId(new UUID(0, 2));

    private final Recent<String, String> recent = new Recent<>(10);
    private int asked;

    @Test
    void asksOnceUntilSomethingChanges() {
        assertThat(find(OURS, "Tea")).contains("Tea");
        assertThat(find(OURS, "Coffee")).contains("Tea");

        recent.forget("card");

        assertThat(find(OURS, "Coffee")).contains("Coffee");
        assertThat(asked).isEqualTo(2);
    }

    // Breaks when one tenant is shown what was remembered for another.
    @Test
    void remembersForOneTenantOnly() {
        assertThat(find(OURS, "Tea")).contains("Tea");
        assertThat(find(THEIRS, null)).isEmpty();
    }

    @Test
    void doesNotRememberThatThereIsNothing() {
        assertThat(find(OURS, null)).isEmpty();
        assertThat(find(OURS, "Tea")).contains("Tea");
    }

    // Breaks when an answer that was on its way while the change was told outlives the change.
    @Test
    void doesNotRememberWhatWasAskedBeforeAChange() {
        Promise<Optional<String>> late = Promise.promise();
        var first = recent.find(OURS, "card", late::future);
        recent.forget("card");
        late.complete(Optional.of("Tea"));

        assertThat(first.result()).contains("Tea");
        assertThat(find(OURS, "Coffee")).contains("Coffee");
    }

    private Optional<String> find(PartnerId partner, @Nullable String answer) {
        return recent.find(partner, "card", () -> {
                    asked++;
                    return Future.succeededFuture(Optional.ofNullable(answer));
                })
                .result();
    }
}
