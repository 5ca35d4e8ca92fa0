package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class TeardownTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Teardown teardown =
            new Teardown(new Terminal(new PrintStream(said, true, StandardCharsets.UTF_8), false));
    private final List<String> ended = new ArrayList<>();

    /** Breaks when the database is taken away from parts that still finish requests. */
    @Test
    void endsWhatWasStartedLastFirst() {
        teardown.add("database", () -> ended.add("database"));
        teardown.addQuietly(() -> ended.add("bus"));
        teardown.add("router", () -> ended.add("router"));

        teardown.run();

        assertThat(ended).containsExactly("router", "bus", "database");
        assertThat(said.toString(StandardCharsets.UTF_8)).hasLineCount(2);
    }

    /** Breaks when one part that cannot stop leaves PostgreSQL running behind it. */
    @Test
    void goesOnAfterAStepThatFails() {
        teardown.add("database", () -> ended.add("database"));
        teardown.add("router", () -> {
            throw new IllegalStateException("stuck");
        });

        teardown.run();

        assertThat(ended).containsExactly("database");
    }

    /** Breaks when Ctrl-C during the start leaves the server that came up a moment later. */
    @Test
    void endsAtOnceWhatComesTooLate() {
        teardown.run();

        assertThatThrownBy(() -> teardown.add("kafka", () -> ended.add("kafka")))
                .isInstanceOf(CancellationException.class);
        assertThat(ended).containsExactly("kafka");
    }

    @Test
    void endsEverythingOnce() {
        teardown.add("router", () -> ended.add("router"));

        teardown.run();
        teardown.run();

        assertThat(ended).containsExactly("router");
    }
}
