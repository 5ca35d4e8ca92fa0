package dev.merit.ledger.store;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.AccountState;
import dev.merit.ledger.domain.Lot;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.StandingKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Accounts as read under lock, for one transaction; or as {@linkplain LedgerStore#look seen} without, for one statement. */
public final class LockedAccounts {
    /**
     * For how long what was seen without a lock may be booked on. A repeat of the same command on another node is
     * decided without knowing of it meanwhile, so it is hardly longer than a busy node takes.
     */
    static final Duration UNLOCKED = Duration.ofMillis(250);

    private final Instant now;
    private final Map<AccountKey, AccountState> states = new HashMap<>();
    private final Map<AccountKey, ClubId> clubs = new HashMap<>();
    private final Map<AccountKey, List<Lot>> lots;
    private final Set<AccountKey> tiered = new HashSet<>();
    private final Set<Membership> strangers = new HashSet<>();
    private final Map<StandingKey, Standing> standings = new HashMap<>();
    private final Set<AccountKey> counting = new HashSet<>();
    private boolean isUnlocked;

    /** An account that is there. */
    record LockedAccount(AccountKey key, ClubId club, AccountState state, boolean isTiered) {}

    /**
     * What a lock found.
     *
     * @param now the database's time behind the last lock
     */
    record Locked(List<LockedAccount> accounts, Instant now) {}

    /** What is known of accounts that are not there. */
    record NewAccounts(Map<AccountKey, ClubId> clubs, Set<Membership> strangers, Set<PartnerId> tiered) {}

    LockedAccounts(Locked locked, Map<AccountKey, List<Lot>> lots) {
        this.now = locked.now();
        this.lots = new HashMap<>(lots);
        locked.accounts().forEach(account -> {
            states.put(account.key(), account.state());
            clubs.put(account.key(), account.club());
            if (account.isTiered()) {
                tiered.add(account.key());
            }
        });
    }

    /** The database's time, read after the locks: points expire by it, whatever a node's clock says. */
    public Instant now() {
        return now;
    }

    /** When it is too late to book on these accounts, by the database's clock; null as long as they are locked. */
    public @Nullable Instant until() {
        return isUnlocked ? now.plus(UNLOCKED) : null;
    }

    /** Says that there are no locks. */
    LockedAccounts unlocked() {
        isUnlocked = true;
        return this;
    }

    /** The accounts that are there. */
    public Map<AccountKey, AccountState> states() {
        return Map.copyOf(states);
    }

    /** Open lots of accounts that may be debited, and of those where something has expired. */
    public Map<AccountKey, List<Lot>> lots() {
        return Map.copyOf(lots);
    }

    /**
     * The club that an account counts in, which is its card's: known until the transaction ends, also where the account
     * is yet to be opened. Empty for cards that nobody knows.
     */
    public Optional<ClubId> clubOf(AccountKey key) {
        return Optional.ofNullable(clubs.get(key));
    }

    /** Opens an account for booking, with its lots where they were read, and with the member's standing. */
    public AccountBook open(AccountKey key) {
        Standing standing = standing(key);
        AccountState state = states.get(key);
        if (state == null) {
            return strangers.contains(key.membership())
                    ? AccountBook.ofStranger(key, standing)
                    : AccountBook.unopened(key, standing);
        }
        List<Lot> open = lots.get(key);
        return open == null
                ? AccountBook.openForCredits(key, standing, state)
                : AccountBook.open(key, standing, state, open);
    }

    /** Accounts where points have expired and no entry says so yet. */
    Set<AccountKey> due() {
        return states.entrySet().stream()
                .filter(each -> isDue(each.getValue()) && !lots.containsKey(each.getKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** The standings that may go with these accounts: none in clubs without tiers. */
    Set<StandingKey> standingsOf(Set<AccountKey> accounts) {
        var keys = new HashSet<StandingKey>();
        for (AccountKey account : accounts) {
            ClubId club = clubs.get(account);
            if (club != null && tiered.contains(account)) {
                keys.add(standingKey(account, club));
            }
        }
        return keys;
    }

    LockedAccounts with(Map<AccountKey, List<Lot>> further) {
        lots.putAll(further);
        return this;
    }

    LockedAccounts with(NewAccounts found) {
        clubs.putAll(found.clubs());
        strangers.addAll(found.strangers());
        found.clubs().keySet().stream()
                .filter(key -> found.tiered().contains(key.partner()))
                .forEach(tiered::add);
        return this;
    }

    /** Adds the standings of accounts where bookings may count for tiers. */
    LockedAccounts counting(Set<AccountKey> accounts, Map<StandingKey, Standing> found) {
        counting.addAll(accounts);
        standings.putAll(found);
        return this;
    }

    private Standing standing(AccountKey key) {
        ClubId club = clubs.get(key);
        if (club == null) {
            throw new IllegalStateException("an account on a card that nobody knows");
        }
        Standing read = standings.get(standingKey(key, club));
        if (read != null) {
            return read;
        }
        return counting.contains(key) ? Standing.untiered(club) : Standing.unread(club);
    }

    private static StandingKey standingKey(AccountKey key, ClubId club) {
        return new StandingKey(key.partner(), key.member(), club);
    }

    private boolean isDue(AccountState state) {
        return state.nextExpiry() != null && !state.nextExpiry().isAfter(now);
    }
}
