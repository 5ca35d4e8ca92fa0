package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CrossingTest {
    private final Crossing crossing = new Crossing(2, 20);
    private final List<String> started = new ArrayList<>();
    private final Map<String, Promise<String>> underWay = new HashMap<>();
    private final Map<String, Future<String>> answers = new HashMap<>();

    @Test
    void startsWhatHasNoRowInCommonWithWhatIsUnderWay() {
        pass("a", 1, 2);
        pass("b", 2, 3);
        pass("c", 4);

        assertThat(started).containsExactly("a", "c");
        assertThat(crossing.waiting()).isEqualTo(1);

        finish("c");
        assertThat(started).containsExactly("a", "c");
        finish("a");
        assertThat(started).containsExactly("a", "c", "b");
        assertThat(crossing.waiting()).isZero();
    }

    @Test
    void startsNoMoreAtOnceThanItMay() {
        pass("a", 1);
        pass("b", 2);
        pass("c", 3);
        assertThat(started).containsExactly("a", "b");

        finish("a");
        assertThat(started).containsExactly("a", "b", "c");
    }

    // Breaks when a command of rows that are always wanted never gets its turn.
    @Test
    void letsNobodyBeOvertakenForEver() {
        pass("long", 1);
        pass("waits", 1, 2);
        for (int i = 0; i < 12; i++) {
            pass("other" + i, 2);
        }

        for (int i = 0; started.contains("other" + i); i++) {
            finish("other" + i);
        }
        assertThat(started).hasSize(9).doesNotContain("waits");
        finish("long");
        assertThat(started.get(9)).isEqualTo("waits");
        finish("waits");
        assertThat(started.get(10)).isEqualTo("other8");
    }

    // Breaks when one that somebody keeps waiting holds up those that want nothing of it.
    @Test
    void letsThoseOfOtherRowsPassForAsLongAsItTakes() {
        pass("long", 1);
        pass("waits", 1, 2);
        for (int i = 0; i < 15; i++) {
            pass("other" + i, 100 + i);
        }

        for (int i = 0; i < 15; i++) {
            finish("other" + i);
        }
        assertThat(started).hasSize(16).doesNotContain("waits");
    }

    // Breaks when those in front are not looked at again once somebody who was in their way has been answered at once.
    @Test
    void startsWhatAnAnswerAtOnceHasFreed() {
        pass("a", 1);
        answers.put("at once", crossing.pass(Set.of(1), () -> Future.succeededFuture("at once")));
        pass("b", 1);

        finish("a");

        assertThat(answer("at once").result()).isEqualTo("at once");
        assertThat(started).containsExactly("a", "b");
    }

    @Test
    void answersWhatTheCommandAnswers() {
        pass("good", 1);
        Future<String> broken = crossing.pass(Set.of(2), () -> {
            throw new IllegalStateException("broken");
        });
        pass("behind", 2);

        finish("good");
        finish("behind");
        assertThat(answer("good").result()).isEqualTo("good");
        assertThat(broken.cause()).hasMessage("broken");
        assertThat(answer("behind").result()).isEqualTo("behind");
    }

    @Test
    void refusesWhoeverComesWhenTooManyWait() {
        var small = new Crossing(1, 1);
        Promise<String> first = Promise.promise();
        var unused = small.pass(Set.of(1), first::future);
        Future<String> waits = small.pass(Set.of(2), () -> Future.succeededFuture("done"));

        assertThat(small.waiting()).isEqualTo(1);
        assertThat(small.<String>pass(Set.of(3), () -> Future.succeededFuture("never"))
                        .cause())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(Code.SERVICE_UNAVAILABLE));
        assertThat(small.waiting()).isEqualTo(1);
        first.complete("done");
        assertThat(waits.result()).isEqualTo("done");
    }

    // Breaks when a queue of those that want one row keeps out who could begin.
    @Test
    void startsWhatCanBeginHoweverManyWait() {
        var small = new Crossing(2, 1);
        var first = small.pass(Set.of(1), () -> Promise.<String>promise().future());
        var waits = small.pass(Set.of(1), () -> Future.succeededFuture("never"));

        Future<String> other = small.pass(Set.of(2), () -> Future.succeededFuture("done"));

        assertThat(other.result()).isEqualTo("done");
        assertThat(first.isComplete()).isFalse();
        assertThat(waits.isComplete()).isFalse();
    }

    @Test
    void closesBehindWhatCame() {
        pass("a", 1);
        pass("b", 1);

        Future<Void> closed = crossing.close();
        Future<Void> again = crossing.close();

        pass("late", 5);
        assertThat(answer("late").failed()).isTrue();
        finish("a");
        assertThat(closed.isComplete()).isFalse();
        finish("b");
        assertThat(closed.succeeded()).isTrue();
        assertThat(again.succeeded()).isTrue();
        assertThat(started).containsExactly("a", "b");
    }

    private void pass(String name, Integer... rows) {
        answers.put(name, crossing.pass(Set.of(rows), () -> {
            started.add(name);
            Promise<String> promise = Promise.promise();
            underWay.put(name, promise);
            return promise.future();
        }));
    }

    private void finish(String name) {
        Objects.requireNonNull(underWay.get(name)).complete(name);
    }

    private Future<String> answer(String name) {
        return Objects.requireNonNull(answers.get(name));
    }
}
