package dev.merit.node;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of this node, which can end and begin again while servers and management port go on: that is how a node
 * joins anew when cluster and node no longer know each other.
 */
final class Life implements Parts.Cures {
    private static final Logger LOGGER = LoggerFactory.getLogger(Life.class);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration RETRY_MAX = Duration.ofSeconds(30);
    /** Whoever is not heard although it joined anew has another trouble: it is tried ever more rarely. */
    private static final Duration CURE = Duration.ofSeconds(30);

    private static final Duration CURE_MAX = Duration.ofMinutes(10);
    /** Longer than it takes to join anew and to find that it did not help. */
    private static final Duration WELL = Duration.ofSeconds(45);

    private final Parts.Ground ground;
    private final Terminal terminal;
    private final BooleanSupplier ending;
    private final Consumer<Parts> begunAgain;
    private final AtomicBoolean beginningAgain = new AtomicBoolean();
    private Teardown teardown;
    private volatile @Nullable Parts parts;
    private volatile @Nullable Thread beginner;
    /** Guards the four below: the event loop must not wait for a beginning. */
    private final Object cures = new Object();

    private long curedAt = System.nanoTime() - CURE_MAX.toNanos();
    private long complainedAt = curedAt;
    private long curePause = CURE.toNanos();
    private long mergedAt = System.nanoTime() - CURE.toNanos();

    /**
     * Begins nothing yet.
     *
     * @param ending whether the program ends: then nothing begins any more
     * @param begunAgain told when the parts are there anew
     */
    Life(Parts.Ground ground, Terminal terminal, BooleanSupplier ending, Consumer<Parts> begunAgain) {
        this.ground = ground;
        this.terminal = terminal;
        this.ending = ending;
        this.begunAgain = begunAgain;
        this.teardown = new Teardown(terminal);
    }

    /** Comes back when requests are answered. */
    synchronized Parts begin(Progress progress) {
        beginner = Thread.currentThread();
        try {
            if (ending.getAsBoolean()) {
                // Whoever ends it did not see us yet.
                throw new CancellationException("stopping");
            }
            Parts begun = Parts.start(ground, this, teardown, progress);
            parts = begun;
            return begun;
        } finally {
            beginner = null;
        }
    }

    /** Nothing before the parts have begun, and while they are made anew. */
    @Nullable
    Parts present() {
        return parts;
    }

    /** Ends the parts in order; a beginning that is under way is given up. */
    void end() {
        Thread beginning = beginner;
        if (beginning != null) {
            beginning.interrupt();
        }
        endParts();
    }

    private synchronized void endParts() {
        teardown.run();
        notifyAll();
    }

    /** Where a node finds the others and loses them again and again, it is not made anew each time. */
    @Override
    public void merged() {
        if (isSettled()) {
            again("merged");
        } else {
            LOGGER.atWarn().log("cluster_merged_again");
        }
    }

    private boolean isSettled() {
        synchronized (cures) {
            long now = System.nanoTime();
            boolean settled = now - mergedAt >= CURE.toNanos();
            mergedAt = settled ? now : mergedAt;
            return settled;
        }
    }

    @Override
    public void unheard() {
        if (isDue()) {
            again("unheard");
        }
    }

    private boolean isDue() {
        synchronized (cures) {
            long now = System.nanoTime();
            // Who was well for a while was cured, and has another trouble now.
            boolean isNew = now - complainedAt > WELL.toNanos();
            complainedAt = now;
            curePause = isNew ? CURE.toNanos() : curePause;
            if (now - curedAt < curePause) {
                return false;
            }
            curePause = Math.min(2 * curePause, CURE_MAX.toNanos());
            curedAt = now;
            return true;
        }
    }

    /** From any thread, and at once; it is over when requests are answered again. Asked twice it is done once. */
    private void again(String reason) {
        if (beginningAgain.compareAndSet(false, true)) {
            LOGGER.atWarn().addKeyValue("reason", reason).log("cluster_rejoining");
            Thread.ofPlatform().name("rejoin").start(this::beginAgain);
        }
    }

    private synchronized void beginAgain() {
        for (int attempt = 1; !ending.getAsBoolean(); attempt++) {
            Parts old = parts;
            parts = null;
            if (old != null) {
                old.quit();
            }
            teardown.run();
            teardown = new Teardown(terminal);
            beginningAgain.set(false);
            try (Progress progress = new Progress(terminal)) {
                tell(begin(progress));
                return;
            } catch (CancellationException stopped) {
                return;
            } catch (RuntimeException e) {
                LOGGER.atError().addKeyValue("attempt", attempt).setCause(e).log("rejoin_failed");
            }
            pause(attempt);
        }
    }

    /** What serves goes on serving, also where nobody can be told. */
    private void tell(Parts begun) {
        try {
            begunAgain.accept(begun);
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("rejoin_not_described");
        }
    }

    /** Lets the end in, which is why it does not sleep. */
    private void pause(int attempt) {
        long until = System.nanoTime() + Math.min(RETRY.toNanos() * attempt, RETRY_MAX.toNanos());
        try {
            for (long left = until - System.nanoTime();
                    left > 0 && !ending.getAsBoolean();
                    left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
