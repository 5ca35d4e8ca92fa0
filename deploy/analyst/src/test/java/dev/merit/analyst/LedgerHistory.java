package dev.merit.analyst;

import dev.merit.analyst.domain.Booked;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TransactionId;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Details.References;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Reclaim;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.TakeBack;
import dev.merit.ledger.domain.Taken;
import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A random life of one account, booked by the ledger's own rules, and told by the ledger's own events. */
final class LedgerHistory {
    static final UUID PARTNER = new UUID(1, 1);
    static final UUID OTHER_PARTNER = new UUID(1, 2);
    private static final ClubId CLUB = new ClubId(new UUID(1, 4));
    private static final EntryEvent[] CREDITS = {
        EntryEvent.PURCHASE,
        EntryEvent.PURCHASE,
        EntryEvent.ADJUSTMENT,
        EntryEvent.STAMP_CARD_REWARD,
        EntryEvent.VOUCHER_BONUS,
        EntryEvent.VOUCHER_BONUS
    };

    private final SplittableRandom random;
    private final AccountBook book;
    private final Set<Long> undone = new HashSet<>();
    private final Map<Long, Long> takenBack = new HashMap<>();
    private final long seed;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long ids;

    private LedgerHistory(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        // Three cards; the first two are one partner's.
        int card = Math.floorMod(seed, 3);
        PartnerId partner = new PartnerId(card < 2 ? PARTNER : OTHER_PARTNER);
        var key = new AccountKey(partner, new MemberId(new UUID(2, seed)), new CardId(new UUID(1, 3 + card)));
        this.book = AccountBook.unopened(key, Standing.untiered(CLUB));
    }

    static LedgerHistory play(long seed, int commands) {
        var history = new LedgerHistory(seed);
        for (int command = 0; command < commands; command++) {
            history.step();
        }
        return history;
    }

    /** What a consumer reads of it. */
    List<Booked> events() {
        return book.entries().stream().map(LedgerHistory::read).toList();
    }

    /** What Kafka holds of it. */
    List<ProducerRecord<byte[], byte[]>> records(String topic, @Nullable Integer partition) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Booked each : events()) {
            var record = new ProducerRecord<>(
                    topic,
                    partition,
                    each.account().member().toString().getBytes(StandardCharsets.UTF_8),
                    Json.write(book.entries().get((int) each.sequence() - 1).recorded(CLUB))
                            .getBytes(StandardCharsets.UTF_8));
            var unused = record.headers().add("ce_id", each.id().toString().getBytes(StandardCharsets.UTF_8));
            records.add(record);
        }
        return records;
    }

    long balance() {
        return book.balance();
    }

    /** What the ledger says is left in which lot. */
    Map<Long, Long> lots() {
        Map<Long, Long> lots = new TreeMap<>();
        book.newLots().stream()
                .filter(lot -> lot.remaining() > 0)
                .forEach(lot -> lots.put(lot.sequence(), lot.remaining()));
        return lots;
    }

    private static Booked read(Entry entry) {
        try {
            return TopicReader.booked(Json.write(entry.recorded(CLUB)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void step() {
        now = now.plus(Duration.ofDays(random.nextInt(3) == 0 ? random.nextInt(20) : 0));
        expire();
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> credit();
            case 4, 5, 6 -> debit();
            case 7 -> takeBack();
            case 8 -> giveBack();
            default -> now = now.plus(Duration.ofDays(random.nextInt(40)));
        }
        // What came back to a lot that has lapsed goes at once.
        expire();
    }

    private void expire() {
        var unused = book.expire(stamp(), details(null));
    }

    private void credit() {
        EntryEvent event = CREDITS[random.nextInt(CREDITS.length)];
        long points = random.nextInt(8) == 0 ? 0 : random.nextLong(1, 120);
        @Nullable Instant expiresAt = random.nextInt(4) == 0 ? null : now.plus(Duration.ofDays(random.nextInt(90)));
        var unused = book.credit(event, points, expiresAt, stamp(), details(null));
    }

    private void debit() {
        if (book.balance() > 0) {
            EntryEvent event = random.nextInt(4) == 0 ? EntryEvent.ADJUSTMENT : EntryEvent.REDEMPTION;
            long points = random.nextInt(3) == 0 ? book.balance() : random.nextLong(1, book.balance() + 1);
            var unused = book.debit(event, points, stamp(), details(null));
        }
    }

    /** A part of a purchase, or all the points of a voucher. */
    private void takeBack() {
        Entry credit = pick(entry -> entry.event() == EntryEvent.PURCHASE
                || (entry.event() == EntryEvent.VOUCHER_BONUS && entry.points() > 0));
        if (credit == null) {
            return;
        }
        if (credit.event() == EntryEvent.VOUCHER_BONUS) {
            undone.add(credit.sequence());
            var what = new Reclaim(EntryEvent.VOUCHER_BONUS, credit.sequence(), credit.points());
            var unused = book.takeBack(what, stamp(), details(credit));
            return;
        }
        long left = credit.points() - takenBack.getOrDefault(credit.sequence(), 0L);
        boolean whole = random.nextBoolean();
        long points = whole ? left : random.nextLong(0, left + 1);
        takenBack.merge(credit.sequence(), points, Long::sum);
        if (whole) {
            undone.add(credit.sequence());
        }
        var unused = book.reversePurchase(new TakeBack(credit.sequence(), points, whole), stamp(), details(credit));
    }

    private void giveBack() {
        Entry redemption = pick(entry -> entry.event() == EntryEvent.REDEMPTION);
        if (redemption == null) {
            return;
        }
        undone.add(redemption.sequence());
        Map<Long, Lot> lots = new HashMap<>();
        book.newLots().forEach(lot -> lots.put(lot.sequence(), lot));
        List<Taken> taken = book.allocations().stream()
                .filter(each -> each.debitSequence() == redemption.sequence())
                .map(each -> new Taken(Objects.requireNonNull(lots.get(each.lotSequence())), each.points()))
                .toList();
        var unused = book.reverseRedemption(taken, stamp(), details(redemption));
    }

    private @Nullable Entry pick(Predicate<Entry> which) {
        List<Entry> standing = book.entries().stream()
                .filter(which)
                .filter(entry -> !undone.contains(entry.sequence()))
                .toList();
        return standing.isEmpty() ? null : standing.get(random.nextInt(standing.size()));
    }

    private Stamp stamp() {
        return new Stamp(new UUID(seed, ++ids), now);
    }

    private Details details(@Nullable Entry reverses) {
        var references =
                reverses == null ? References.NONE : new References(null, null, new TransactionId(reverses.id()), null);
        return new Details(null, references, null, Details.SYSTEM, null, null, "req_" + ids, now);
    }

    @Override
    public String toString() {
        return "merit.seed=" + seed;
    }
}
