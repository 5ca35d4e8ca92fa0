package dev.merit.chaos.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.chaos.domain.Finding;
import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.Promise;
import dev.merit.chaos.report.Availability.Recovery;
import dev.merit.platform.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A run on one page.
 *
 * @param facts what was run and counted, in the order to be shown
 * @param notes what is worth knowing and breaks no promise
 */
public record Summary(Map<String, String> facts, Findings findings, List<Recovery> recoveries, List<String> notes) {
    private static final int SHOWN_MAX = 10;

    public Summary {
        notes = List.copyOf(notes);
        recoveries = List.copyOf(recoveries);
    }

    /** Whether everything held that has to do with what is true, apart from how soon. */
    public boolean isCorrect() {
        return findings.list().stream().allMatch(finding -> finding.promise().isOfTime());
    }

    /** Whether everything held. */
    public boolean isGood() {
        return findings.isEmpty();
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        facts.forEach((name, value) -> text.append(String.format(Locale.ROOT, "%-24s %s%n", name, value)));
        text.append('\n');
        for (Promise promise : Promise.values()) {
            if (findings.isLookedAt(promise) || !findings.of(promise).isEmpty()) {
                int broken = findings.of(promise).size();
                text.append(String.format(
                        Locale.ROOT,
                        "%-10s %-7s %,9d looked at  %s%n",
                        promise.label(),
                        broken == 0 ? "holds" : broken + " BAD",
                        findings.looked(promise),
                        promise.sentence()));
            }
        }
        text.append('\n');
        for (Recovery recovery : recoveries) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %d of %d calls failed, 99 %% again after %d s (goal %d s)%s%n",
                    recovery.happened().fault().shown(),
                    recovery.failed(),
                    recovery.calls(),
                    recovery.seconds(),
                    recovery.goalSeconds(),
                    recovery.serving().isEmpty() ? "" : "; " + recovery.serving()));
        }
        notes.forEach(note -> text.append("\nnote: ").append(note));
        for (Promise promise : Promise.values()) {
            List<Finding> broken = findings.of(promise);
            broken.stream()
                    .limit(SHOWN_MAX)
                    .forEach(finding ->
                            text.append(String.format(Locale.ROOT, "%n%s: %s", promise.label(), finding.what())));
            if (broken.size() > SHOWN_MAX) {
                text.append(
                        String.format(Locale.ROOT, "%n%s: and %d more", promise.label(), broken.size() - SHOWN_MAX));
            }
        }
        return text.append('\n').toString();
    }

    /** For programs. */
    public String json() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("good", isGood());
        json.put("correct", isCorrect());
        ObjectNode named = json.putObject("facts");
        facts.forEach(named::put);
        ObjectNode promises = json.putObject("promises");
        for (Promise promise : Promise.values()) {
            ObjectNode each = promises.putObject(promise.name().toLowerCase(Locale.ROOT));
            each.put("label", promise.label());
            each.put("looked_at", findings.looked(promise));
            var broken = each.putArray("findings");
            findings.of(promise).forEach(finding -> broken.add(finding.what()));
        }
        var faults = json.putArray("faults");
        for (Recovery recovery : recoveries) {
            faults.addObject()
                    .put("kind", recovery.happened().fault().kind().name().toLowerCase(Locale.ROOT))
                    .put("node", recovery.happened().fault().node())
                    .put("began_ns", recovery.happened().began())
                    .put("released_ns", recovery.happened().released())
                    .put("healed_ns", recovery.happened().healed())
                    .put("served_ns", recovery.happened().served())
                    .put("calls", recovery.calls())
                    .put("failed", recovery.failed())
                    .put("recovered_after_s", recovery.seconds())
                    .put("goal_s", recovery.goalSeconds());
        }
        var noted = json.putArray("notes");
        notes.forEach(noted::add);
        return json.toPrettyString();
    }
}
