package dev.merit.chaos.domain;

import dev.merit.chaos.domain.Evidence.Enrolment;
import dev.merit.chaos.domain.Evidence.Movement;
import dev.merit.chaos.domain.Evidence.OutboxEvent;
import dev.merit.chaos.domain.Evidence.Redemption;
import dev.merit.chaos.domain.Evidence.StreamRecord;
import dev.merit.chaos.domain.Evidence.Told;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** E4: the topics, read from their start, tell all that happened and nothing else, in order; and how often twice. */
final class StreamCheck {
    private static final int REPEATS_ONE_IN = 100;

    private StreamCheck() {}

    /** Whose order counts: an account on the ledger's topic, a member on the others. */
    private record Line(String topic, Object of) {}

    static void check(Evidence evidence, Findings findings) {
        Map<UUID, StreamRecord> first = new HashMap<>();
        Map<Line, Long> sequences = new HashMap<>();
        Map<AccountKey, Long> folded = new HashMap<>();
        long repeats = 0;
        for (StreamRecord record : evidence.stream()) {
            StreamRecord earlier = first.putIfAbsent(record.eventId(), record);
            if (earlier == null) {
                checkOrder(record, sequences, findings);
                fold(record, folded, findings);
            } else {
                repeats++;
                if (!earlier.digest().equals(record.digest())) {
                    findings.add(
                            Promise.REPEATS, "event " + record.eventId() + " came twice, and not with the same bytes");
                }
            }
        }
        findings.looked(Promise.STREAM, first.size());
        findings.looked(Promise.REPEATS, evidence.stream().size());
        if (repeats * REPEATS_ONE_IN > evidence.stream().size()) {
            findings.add(Promise.REPEATS, repeats + " of " + evidence.stream().size() + " records are repeats");
        }
        checkSets(evidence, first, findings);
        checkOnce(evidence, first.values(), findings);
        checkFold(evidence, folded, findings);
    }

    private static void checkOrder(StreamRecord record, Map<Line, Long> sequences, Findings findings) {
        Line line = new Line(
                record.topic(), record.told() instanceof Movement movement ? movement.account() : record.key());
        long expected = sequences.getOrDefault(line, 0L) + 1;
        if (record.sequence() != expected) {
            findings.add(
                    Promise.STREAM,
                    "event " + record.eventId() + " of " + line + " is number " + record.sequence() + " instead of "
                            + expected);
        }
        sequences.put(line, record.sequence());
    }

    private static void fold(StreamRecord record, Map<AccountKey, Long> folded, Findings findings) {
        if (!(record.told() instanceof Movement movement)) {
            return;
        }
        long balance = folded.merge(movement.account(), movement.points(), Long::sum);
        if (balance != movement.balanceAfter()) {
            findings.add(
                    Promise.STREAM,
                    "event " + record.eventId() + " says a balance of " + movement.balanceAfter()
                            + ", and the events add up to " + balance);
        }
    }

    private static void checkSets(Evidence evidence, Map<UUID, StreamRecord> first, Findings findings) {
        Set<UUID> entries = new HashSet<>();
        evidence.ledger().forEach(row -> entries.add(row.id()));
        Set<UUID> expected = new HashSet<>(entries);
        evidence.uses().stampFacts().forEach(fact -> expected.add(fact.id()));
        evidence.outbox().forEach(event -> expected.add(event.eventId()));
        for (UUID id : expected) {
            if (!first.containsKey(id)) {
                findings.add(Promise.STREAM, "skipped: event " + id + " is in no topic");
            }
        }
        for (StreamRecord record : first.values()) {
            boolean known = (record.told() instanceof Movement ? entries : expected).contains(record.eventId());
            if (!known) {
                findings.add(
                        Promise.STREAM,
                        "event " + record.eventId() + " on " + record.topic() + " tells what is not so");
            }
        }
        long waiting =
                evidence.outbox().stream().filter(event -> !event.published()).count();
        findings.looked(Promise.CAUGHT_UP, evidence.outbox().size());
        if (waiting > 0) {
            findings.add(Promise.CAUGHT_UP, waiting + " events are not marked as published");
        }
        for (OutboxEvent event : evidence.outbox()) {
            if (event.published() && !first.containsKey(event.eventId())) {
                findings.add(Promise.STREAM, "event " + event.eventId() + " is marked as published and is not");
            }
        }
    }

    /** Uses and enrolments have one event each; its id is its own, so what it tells of is what is compared. */
    private static void checkOnce(Evidence evidence, Collection<StreamRecord> records, Findings findings) {
        Map<Told, Integer> owed = new HashMap<>();
        evidence.uses().vouchers().forEach(use -> owed.merge(new Redemption(use.id()), 1, Integer::sum));
        evidence.enrolments().forEach(enrolment -> owed.merge(enrolment, 1, Integer::sum));
        findings.looked(Promise.STREAM, owed.size());
        for (StreamRecord record : records) {
            if (record.told() instanceof Redemption || record.told() instanceof Enrolment) {
                owed.merge(record.told(), -1, Integer::sum);
            }
        }
        owed.forEach((told, events) -> {
            if (events > 0) {
                findings.add(Promise.STREAM, "skipped: no event tells of " + told);
            } else if (events < 0) {
                findings.add(Promise.STREAM, -events + " events too many tell of " + told);
            }
        });
    }

    private static void checkFold(Evidence evidence, Map<AccountKey, Long> folded, Findings findings) {
        Map<AccountKey, Long> rest = new HashMap<>(folded);
        for (Evidence.Balance balance : evidence.balances()) {
            Long told = rest.remove(balance.account());
            if (told == null || told != balance.points()) {
                findings.add(
                        Promise.STREAM,
                        balance.account() + " has " + balance.points() + " points, and the events fold to " + told);
            }
        }
        rest.forEach((account, points) -> findings.add(
                Promise.STREAM, "the events give " + account + " " + points + " points and there is no balance"));
    }
}
