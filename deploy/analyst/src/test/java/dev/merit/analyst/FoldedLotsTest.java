package dev.merit.analyst;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.Folded;
import dev.merit.analyst.domain.LotBook;
import dev.merit.analyst.domain.Movement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Events do not say which lots a debit used: they say enough to know it. {@code -Dmerit.seed=…} plays one history again. */
class FoldedLotsTest {
    private static final int HISTORIES = 2_000;
    private static final int COMMANDS = 60;

    // Breaks when the ledger uses lots in another order than a consumer can know, or an event leaves out what that
    // takes.
    @Test
    void foldsEventsToTheVeryLotsOfTheLedger() {
        Long given = Long.getLong("merit.seed");
        long first = given == null ? System.nanoTime() : given;
        System.out.println("merit.seed=" + first);
        for (int each = 0; each < (given == null ? HISTORIES : 1); each++) {
            LedgerHistory history = LedgerHistory.play(first + each, COMMANDS);
            List<Booked> events = history.events();
            if (!events.isEmpty()) {
                LotBook book = fold(history, events);

                Map<Long, Long> lots = new TreeMap<>();
                book.open().forEach(lot -> lots.put(lot.sequence(), lot.remaining()));
                assertThat(lots).as(history.toString()).isEqualTo(history.lots());
                assertThat(book.balance()).as(history.toString()).isEqualTo(history.balance());
            }
        }
    }

    @Test
    void refusesAnEventThatIsNotTheNextOne() {
        List<Booked> events = LedgerHistory.play(7, COMMANDS).events();

        Folded folded = LotBook.unopened().fold(events.get(1), List.of());

        assertThat(folded).isEqualTo(new Folded.Unfit("the topic tells entry 2 after entry 0; records are missing"));
    }

    private static LotBook fold(LedgerHistory history, List<Booked> events) {
        LotBook book = LotBook.unopened();
        Map<UUID, List<Movement>> movements = new HashMap<>();
        for (Booked event : events) {
            UUID reverses = event.reverses();
            List<Movement> undone = reverses == null ? List.of() : movements.getOrDefault(reverses, List.of());
            Folded folded = book.fold(event, undone);
            assertThat(folded).as(history.toString()).isInstanceOf(Folded.Moved.class);
            List<Movement> moved = ((Folded.Moved) folded).movements();
            assertThat(moved.stream().mapToLong(Movement::points).sum())
                    .as("%s, entry %s", history, event.sequence())
                    .isEqualTo(event.points());
            movements.put(event.id(), moved);
        }
        return book;
    }
}
