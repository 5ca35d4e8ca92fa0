package dev.merit.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random histories of a member with three cards in one club, whose tiers are changed now and then. After each booking
 * the tier is counted anew, as plainly as the contract says it: the highest threshold that all points ever earned on
 * all the club's cards reach.
 *
 * <p>A failure names its seed; {@code -Dmerit.seed=…} plays that one again.
 */
class TierSimulationTest {
    private static final int HISTORIES = 2_000;
    private static final int BATCHES = 12;
    private static final int CARDS = 3;
    private static final PartnerId PARTNER = new PartnerId(new UUID(1, 1));
    private static final MemberId MEMBER = new MemberId(new UUID(1, 2));
    private static final StandingKey KEY = new StandingKey(PARTNER, MEMBER, new ClubId(new UUID(1, 4)));
    private static final EntryEvent[] CREDITS = {
        EntryEvent.PURCHASE,
        EntryEvent.INITIAL_BONUS,
        EntryEvent.ADJUSTMENT,
        EntryEvent.STAMP_CARD_REWARD,
        EntryEvent.VOUCHER_BONUS
    };

    @Test
    void agreesWithANaiveModelOverRandomHistories() {
        Long given = Long.getLong("merit.seed");
        long first = given == null ? System.nanoTime() : given;
        System.out.println("merit.seed=" + first);

        long changes = 0;
        for (int i = 0; i < (given == null ? HISTORIES : 1); i++) {
            var history = new History(first + i);
            try {
                changes += history.play();
            } catch (RuntimeException e) {
                throw new AssertionError("failed at " + history, e);
            }
        }

        assertThat(changes).as("tiers that changed: else nothing was tried").isGreaterThan(given == null ? 2_000 : 0);
    }

    /** What a consumer would know of the member's tiers. */
    private record Told(@Nullable TierId before, @Nullable TierId after, long lifetime) {}

    private static final class History {
        private final long seed;
        private final SplittableRandom random;
        private final List<StoredAccount> stored = new ArrayList<>();
        private final List<NaiveAccount> models = new ArrayList<>();
        private final List<Told> expected = new ArrayList<>();
        private final List<Told> told = new ArrayList<>();
        private List<Tier> tiers = List.of();
        private @Nullable TierId announced;
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");
        private long ids;

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            for (int card = 0; card < CARDS; card++) {
                stored.add(new StoredAccount(AccountState.UNOPENED));
                models.add(new NaiveAccount(AccountState.UNOPENED));
            }
        }

        int play() {
            for (int batch = 0; batch < BATCHES; batch++) {
                now = now.plus(Duration.ofDays(random.nextInt(4)));
                if (batch == 0 || random.nextInt(5) == 0) {
                    tiers = randomTiers();
                }
                playBatch(random.nextInt(1, 7));
                // A crossing that is not told, told twice, or out of order.
                assertThat(told).as("tiers told, %s", this).isEqualTo(expected);
            }
            return told.size();
        }

        private void playBatch(int size) {
            long lifetime = stored.stream()
                    .mapToLong(account -> account.state.lifetime())
                    .sum();
            var standing = Standing.of(KEY, new Ladder(tiers), announced, lifetime);
            List<AccountBook> books = new ArrayList<>();
            for (int card = 0; card < CARDS; card++) {
                books.add(open(card, standing));
            }
            for (int i = 0; i < size; i++) {
                int card = random.nextInt(CARDS);
                book(books.get(card), models.get(card));
            }
            for (int card = 0; card < CARDS; card++) {
                stored.get(card).write(books.get(card));
            }
            standing.changes()
                    .forEach(change -> told.add(new Told(change.before(), change.after(), change.lifetime())));
            announced = told.isEmpty() ? null : told.getLast().after();
        }

        private AccountBook open(int card, Standing standing) {
            var key = new AccountKey(PARTNER, MEMBER, new CardId(new UUID(2, card)));
            StoredAccount account = stored.get(card);
            return account.state.entryCount() == 0
                    ? AccountBook.unopened(key, standing)
                    : AccountBook.open(key, standing, account.state, account.openLots());
        }

        private void book(AccountBook book, NaiveAccount model) {
            Tier before = naive();
            long expired = model.expire(now);
            assertThat(book.expire(stamp(), details()).map(Entry::held))
                    .as("expiry, %s", this)
                    .isEqualTo(expired == 0 ? java.util.Optional.empty() : java.util.Optional.of(Held.NOTHING));
            if (random.nextInt(3) > 0) {
                EntryEvent event = CREDITS[random.nextInt(CREDITS.length)];
                long points = random.nextInt(6) == 0 ? 0 : random.nextLong(1, 120);
                Instant expiresAt = random.nextInt(3) == 0 ? null : now.plus(Duration.ofDays(random.nextInt(1, 9)));
                Entry entry = book.credit(event, points, expiresAt, stamp(), details());
                model.credit(event, points, expiresAt);
                expectChange();
                // A multiplier of the tier that the purchase itself led to, or one card's points alone.
                assertThat(entry.held().before())
                        .as("held before, %s", this)
                        .isEqualTo(before == null ? null : before.id());
                Tier after = naive();
                assertThat(entry.held().after())
                        .as("held after, %s", this)
                        .isEqualTo(after == null ? null : after.ref());
            } else if (model.balance() > 0) {
                long points = random.nextLong(1, model.balance() + 1);
                Entry entry = book.debit(EntryEvent.REDEMPTION, points, stamp(), details());
                model.debit(EntryEvent.REDEMPTION, points);
                assertThat(entry.held()).isEqualTo(Held.NOTHING);
            }
            assertThat(book.tier().orElse(null)).as("tier, %s", this).isEqualTo(naive());
        }

        private void expectChange() {
            Tier held = naive();
            TierId after = held == null ? null : held.id();
            TierId before = expected.isEmpty() ? null : expected.getLast().after();
            if (!Objects.equals(before, after)) {
                expected.add(new Told(before, after, lifetime()));
            }
        }

        private @Nullable Tier naive() {
            Tier best = null;
            for (Tier tier : tiers) {
                if (tier.threshold() <= lifetime() && (best == null || tier.threshold() > best.threshold())) {
                    best = tier;
                }
            }
            return best;
        }

        private long lifetime() {
            long sum = 0;
            for (NaiveAccount model : models) {
                sum += model.lifetime();
            }
            return sum;
        }

        private List<Tier> randomTiers() {
            var made = new ArrayList<Tier>();
            long threshold = random.nextLong(0, 200);
            for (int i = random.nextInt(5); i > 0; i--) {
                var id = new TierId(new UUID(3, random.nextInt(6)));
                made.add(new Tier(id, "Tier " + id, threshold, BigDecimal.valueOf(random.nextInt(30), 1)));
                threshold += random.nextLong(1, 600);
            }
            return made;
        }

        private Stamp stamp() {
            return new Stamp(new UUID(seed, ++ids), now);
        }

        private Details details() {
            return Details.bySystem("req_" + ids, now);
        }

        @Override
        public String toString() {
            return "merit.seed=" + seed + ", at " + now + " after " + ids + " stamps";
        }
    }
}
