package dev.merit.keys.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.keys.domain.AuditChain.Head;
import dev.merit.keys.domain.AuditChain.Link;
import dev.merit.keys.domain.AuditProof.Break;
import dev.merit.keys.domain.AuditProof.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditProofTest {
    private static final UUID CHAIN = new UUID(7, 7);
    private final List<Link> links = AuditChain.extend(
            Head.empty(CHAIN),
            IntStream.range(0, 10).mapToObj(AuditProofTest::row).toList());

    @Test
    void findsNothingWrongWithWhatWasWritten() {
        assertThat(prove(links)).isEmpty();
        assertThat(new AuditProof(CHAIN).end(Head.empty(CHAIN), 0)).isEmpty();
    }

    // The hash must not depend on how the rows came in pieces.
    @Test
    void goesOnWhereAnotherPieceEnded() {
        List<AuditRow> rows = links.stream().map(Link::row).toList();
        List<Link> first = AuditChain.extend(Head.empty(CHAIN), rows.subList(0, 4));
        Link end = first.getLast();
        List<Link> second =
                AuditChain.extend(new Head(CHAIN, end.sequence(), end.hash()), rows.subList(4, rows.size()));

        assertThat(second).isEqualTo(links.subList(4, links.size()));
    }

    @Test
    void namesARowThatWasChanged() {
        var changed = new ArrayList<>(links);
        Link third = links.get(2);
        changed.set(2, new Link(CHAIN, 3, row(77), third.hash()));

        assertThat(prove(changed)).contains(new Break(CHAIN, 3, row(77).id(), Kind.CHANGED));
    }

    // Also when the editor made the row's own hash anew: the next one does not fit then.
    @Test
    void namesTheRowBehindOneThatWasChangedWithItsHash() {
        var changed = new ArrayList<>(links);
        Link second = links.get(1);
        changed.set(
                2,
                AuditChain.extend(new Head(CHAIN, 2, second.hash()), List.of(row(77)))
                        .getFirst());

        assertThat(prove(changed))
                .contains(new Break(CHAIN, 4, links.get(3).row().id(), Kind.CHANGED));
    }

    @Test
    void namesTheFirstOfTwoThatWereSwapped() {
        var swapped = new ArrayList<>(links);
        Link one = links.get(4);
        Link other = links.get(5);
        swapped.set(4, new Link(CHAIN, 5, other.row(), other.hash()));
        swapped.set(5, new Link(CHAIN, 6, one.row(), one.hash()));

        assertThat(prove(swapped)).contains(new Break(CHAIN, 5, other.row().id(), Kind.CHANGED));
    }

    @Test
    void namesARowThatWasTakenOut() {
        var shorter = new ArrayList<>(links);
        Link gone = shorter.remove(6);

        assertThat(prove(shorter)).contains(new Break(CHAIN, gone.sequence(), null, Kind.MISSING));
    }

    @Test
    void namesTheRowsThatWereCutOffAtEitherEnd() {
        assertThat(prove(links.subList(0, 8))).contains(new Break(CHAIN, 9, null, Kind.MISSING));
        assertThat(prove(links.subList(1, 10))).contains(new Break(CHAIN, 1, null, Kind.MISSING));
        assertThat(prove(Collections.emptyList())).contains(new Break(CHAIN, 1, null, Kind.MISSING));
    }

    @Test
    void namesRowsBehindTheEnd() {
        Link ninth = links.get(8);
        var proof = new AuditProof(CHAIN);
        links.subList(0, 9).forEach(proof::next);

        assertThat(proof.end(new Head(CHAIN, 9, ninth.hash()), 10))
                .contains(new Break(CHAIN, 10, null, Kind.BEYOND_THE_HEAD));
    }

    // Every row made anew, and the end forgotten.
    @Test
    void namesAnEndThatBelongsToOtherRows() {
        List<Link> forged = AuditChain.extend(
                Head.empty(CHAIN),
                IntStream.range(50, 60).mapToObj(AuditProofTest::row).toList());

        assertThat(prove(forged)).contains(new Break(CHAIN, 10, null, Kind.HEAD_CHANGED));
    }

    // Breaks when two rows read the same once they are written out, as with a text that moved into its neighbour.
    @Test
    void tellsEveryFieldFromItsNeighbours() {
        Head head = Head.empty(CHAIN);
        AuditRow row = row(1);
        var hashes = new ArrayList<String>();
        hashes.add(AuditChain.hash(head, row));
        hashes.add(AuditChain.hash(head, texts("a", "b", null, "c")));
        hashes.add(AuditChain.hash(head, texts("a", "b", "", "c")));
        hashes.add(AuditChain.hash(head, texts("a", "b", "-", "c")));
        hashes.add(AuditChain.hash(head, texts("a;1:b", "", null, "c")));
        hashes.add(AuditChain.hash(head, texts(null, "ab", null, "c")));
        hashes.add(AuditChain.hash(new Head(new UUID(7, 8), 0, head.hash()), row));

        assertThat(hashes).doesNotHaveDuplicates();
    }

    // Breaks when what is hashed changes: every chain that was ever written would look broken.
    @Test
    void hashesAsItAlwaysDid() {
        assertThat(links.getLast().hash())
                .isEqualTo("7d41c8066590b6c753eb9a800907ec8492ee25246cfcb3db3f5c212080d4ee8e");
    }

    private Optional<Break> prove(List<Link> rows) {
        var proof = new AuditProof(CHAIN);
        rows.forEach(proof::next);
        Link last = links.getLast();
        long lastSequence = rows.isEmpty() ? 0 : rows.getLast().sequence();
        return proof.end(new Head(CHAIN, last.sequence(), last.hash()), lastSequence);
    }

    private static AuditRow row(int number) {
        return new AuditRow(
                new UUID(1, number),
                Instant.parse("2026-01-02T03:04:05.123456Z").plusSeconds(number),
                new PartnerId(CHAIN),
                Role.PARTNER,
                new KeyId(new UUID(2, 2)),
                "rl_agent_12345678",
                "points.purchase",
                new UUID(3, number),
                201,
                number % 2 == 0 ? null : "CONFLICT",
                "request-" + number,
                number % 3 == 0);
    }

    private static AuditRow texts(@Nullable String prefix, String action, @Nullable String code, String request) {
        return new AuditRow(
                new UUID(1, 1), Instant.EPOCH, null, null, null, prefix, action, null, 401, code, request, false);
    }
}
