package dev.merit.stamps.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.StampRedemptionId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand random commands against a model that is too naive to be wrong: it keeps every single stamp and
 * never adds anything up. Cards change their terms on the way, and books are closed and read again as a store would.
 */
class StampSimulationTest {
    private static final int COMMANDS = 100_000;
    private static final int MEMBERS = 20;
    private static final StampDetails DETAILS = StampDetails.bySystem("simulation");

    /** One stamp that was given, and what became of it. */
    private static final class Given {
        private enum Fate {
            OPEN,
            TAKEN,
            LAPSED
        }

        private Fate fate = Fate.OPEN;
    }

    /** A member as the naive model knows it. */
    private static final class Naive {
        private final List<Given> all = new ArrayList<>();
        private final ArrayDeque<Given> open = new ArrayDeque<>();
        private final List<LocalDate> days = new ArrayList<>();
        private int rounds;
        private int waiting;
        private int handedOut;
        private Instant lapsesAt = Instant.MAX;

        void pass(Instant now) {
            if (!open.isEmpty() && !now.isBefore(lapsesAt)) {
                open.forEach(each -> each.fate = Given.Fate.LAPSED);
                open.clear();
            }
        }

        int add(long stamps, StampTerms terms, Instant now, LocalDate day) {
            for (int i = 0; i < stamps; i++) {
                Given given = new Given();
                all.add(given);
                open.add(given);
                days.add(day);
            }
            Integer expireDays = terms.rules().expireDays();
            lapsesAt = expireDays == null ? Instant.MAX : now.plus(Duration.ofDays(expireDays));
            int completed = 0;
            while (open.size() >= terms.required()) {
                for (int i = 0; i < terms.required(); i++) {
                    open.remove().fate = Given.Fate.TAKEN;
                }
                completed++;
                waiting += terms.isClaimed() ? 1 : 0;
            }
            rounds += completed;
            return completed;
        }

        long count(Given.Fate fate) {
            return all.stream().filter(each -> each.fate == fate).count();
        }

        long on(LocalDate day) {
            return days.stream().filter(day::equals).count();
        }
    }

    @Test
    void agreesWithANaiveModelOnEveryStamp() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Naive> naive = new ArrayList<>();
        List<Progress> stored = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            naive.add(new Naive());
            stored.add(Progress.NONE);
        }
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        StampTerms terms = Terms.expiring(6, 30);
        for (int i = 0; i < COMMANDS; i++) {
            if (random.nextInt(500) == 0) {
                terms = otherTerms(random);
            }
            now = now.plusSeconds(random.nextInt(20) == 0 ? random.nextInt(86_400 * 3) : random.nextInt(600));
            if (i % 250 == 0) { // The naive model grows with every stamp; members begin anew from time to time.
                naive.set(i / 250 % MEMBERS, new Naive());
                stored.set(i / 250 % MEMBERS, Progress.NONE);
            }
            int who = random.nextInt(MEMBERS);
            stored.set(who, command(random, terms, now, naive.get(who), stored.get(who), "seed " + seed));
        }
    }

    private static StampTerms otherTerms(Random random) {
        Integer days = random.nextInt(3) == 0 ? null : 1 + random.nextInt(5);
        var rules = new StampTerms.Rules(days, 1 + random.nextInt(20), 10, null);
        return Terms.of(1 + random.nextInt(12), rules, random.nextBoolean());
    }

    private static Progress command(
            Random random, StampTerms terms, Instant now, Naive naive, Progress before, String seed) {
        StampKey key = new StampKey(new PartnerId(new UUID(1, 1)), new MemberId(new UUID(2, 2)), terms.id());
        StampBook book = StampBook.open(key, before);
        naive.pass(now);
        Moment moment = new Moment(new UUID(random.nextLong(), random.nextLong()), now);
        Object done = book.expire(terms, moment, DETAILS);
        LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (random.nextInt(4) > 0) {
            long stamps = 1L + random.nextInt(10);
            Integer perDay = terms.rules().perDay();
            boolean refused = perDay != null && naive.on(day) + stamps > perDay;
            assertThat(terms.refuseDay(stamps, book.addedOn(day)).isPresent())
                    .as(seed)
                    .isEqualTo(refused);
            if (!refused) {
                int rounds = naive.add(stamps, terms, now, day);
                assertThat(book.roundsWith(stamps, terms)).as(seed).isEqualTo(rounds);
                done = book.add(stamps, day, terms, moment, DETAILS);
                while (book.isFull(terms)) {
                    done = book.complete(terms, null, moment, DETAILS);
                }
            }
        } else if (naive.waiting > 0) {
            naive.waiting--;
            naive.handedOut++;
            done = book.redeem(terms, new StampRedemptionId(moment.id()), moment, DETAILS);
        } else {
            assertThat(book.progress().pendingRewards()).as(seed).isZero();
        }
        assertThat(done).as(seed).isNotNull();
        check(book, naive, before, seed);
        return book.progress();
    }

    private static void check(StampBook book, Naive naive, Progress before, String seed) {
        Progress after = book.progress();
        assertThat(after)
                .as(seed)
                .returns((long) naive.all.size(), Progress::granted)
                .returns(naive.count(Given.Fate.OPEN), Progress::current)
                .returns(naive.count(Given.Fate.TAKEN), Progress::consumed)
                .returns(naive.count(Given.Fate.LAPSED), Progress::expired)
                .returns((long) naive.rounds, Progress::completedCount)
                .returns((long) naive.waiting, Progress::pendingRewards)
                .returns((long) naive.handedOut, Progress::redeemedCount)
                .returns(before.eventCount() + book.facts().size(), Progress::eventCount);
        long sum = before.current();
        for (StampFact fact : book.facts()) {
            sum += fact.stamps();
            assertThat(fact.after().current()).as(seed).isEqualTo(sum);
        }
    }
}
