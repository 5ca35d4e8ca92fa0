package dev.merit.chaos.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.chaos.domain.AccountKey;
import dev.merit.chaos.domain.BalanceRead;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.History;
import dev.merit.chaos.domain.Kind;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.OperationHistory;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Outcome.Refused;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final AccountKey ACCOUNT = new AccountKey(new UUID(0, 1), new UUID(0, 2), new UUID(0, 3));

    private final Path file;

    JournalTest(@TempDir Path directory) {
        file = directory.resolve("journal.jsonl");
    }

    private static Operation operation(int number) {
        return new Operation(new UUID(1, number), Kind.REDEEM, ACCOUNT, new UUID(0, 4), 0);
    }

    /** Breaks when an outcome loses anything on its way through the file. */
    @Test
    void readsWhatWasWritten() throws Exception {
        Call lost = new Call(0, 10, 20, new Indefinite("HttpTimeoutException"));
        Call done = new Call(1, 30, 40, new Acknowledged(201, "abc", new UUID(2, 1), -100, 50L));
        Call without = new Call(1, 30, 40, new Acknowledged(200, "abd", null, 0, null));
        Call refused = new Call(2, 50, 60, new Refused(422, "INSUFFICIENT_BALANCE"));
        BalanceRead read = new BalanceRead(ACCOUNT, 2, 70, 80, -5);

        try (Journal journal = Journal.create(file)) {
            journal.intend(operation(1));
            journal.tell(operation(1).id(), lost);
            journal.intend(operation(2));
            journal.tell(operation(1).id(), done);
            journal.tell(operation(2).id(), refused);
            journal.tell(read);
            journal.intend(operation(3));
            journal.tell(operation(3).id(), without);
        }

        assertThat(Journal.read(file))
                .isEqualTo(new History(
                        List.of(
                                new OperationHistory(operation(1), List.of(lost, done)),
                                new OperationHistory(operation(2), List.of(refused)),
                                new OperationHistory(operation(3), List.of(without))),
                        List.of(read)));
    }

    /** Breaks when an operation is only kept in memory until something else is written. */
    @Test
    void knowsAnOperationBeforeItIsSent() throws Exception {
        try (Journal journal = Journal.create(file)) {
            journal.intend(operation(1));

            assertThat(Journal.read(file).operations()).containsExactly(new OperationHistory(operation(1), List.of()));
        }
    }

    @Test
    void neverWritesOverAnotherRun() throws Exception {
        Journal.create(file).close();

        assertThatThrownBy(() -> Journal.create(file)).isInstanceOf(UncheckedIOException.class);
    }
}
