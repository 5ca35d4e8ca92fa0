package dev.merit.chaos.till;

import dev.merit.chaos.domain.BalanceRead;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.journal.Journal;
import dev.merit.chaos.plan.Load;
import dev.merit.chaos.plan.Manner;
import dev.merit.chaos.plan.PlannedOperation;
import dev.merit.chaos.shop.Market;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Clients that share the operations of a load: each takes the next one when it is due, writes it to the journal, and
 * sends it until it knows what became of it.
 */
public final class Tills implements AutoCloseable {
    private static final long PAUSE_MILLIS_MIN = 100;
    private static final long PAUSE_MILLIS_MAX = 1_000;
    private static final int NO_NODE = -1;

    private final Journal journal;
    private final Market market;
    private final Balancer balancer;
    private final Caller caller;
    private final AtomicIntegerArray inFlight;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final List<Thread> clients = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();

    /** In the caller's time. Until the last fault is healed nobody gives up. */
    private volatile long giveUpAt = Long.MAX_VALUE;

    public Tills(Journal journal, Market market, Balancer balancer, Caller caller) {
        this.journal = journal;
        this.market = market;
        this.balancer = balancer;
        this.caller = caller;
        this.inFlight = new AtomicIntegerArray(balancer.size());
    }

    /** Lets so many clients begin; due times count from now. */
    public void begin(Load load, int count) {
        long origin = caller.now();
        for (int client = 0; client < count; client++) {
            clients.add(Thread.ofVirtual().name("till-" + client).start(() -> work(load, origin)));
        }
    }

    /** How many operations are through. */
    public int done() {
        return done.get();
    }

    /** How many calls wait for an answer of a node. */
    public int inFlight(int node) {
        return inFlight.get(node);
    }

    /** From that moment on what is not known stays so; nanoseconds of the caller. */
    public void giveUpAt(long moment) {
        giveUpAt = moment;
    }

    /** Whether all clients have ended. */
    public boolean isOver() {
        return clients.stream().noneMatch(Thread::isAlive);
    }

    /** What ended a client that should not have ended; empty when all is well. */
    public List<Throwable> broken() {
        return List.copyOf(broken);
    }

    private void work(Load load, long origin) {
        try {
            for (int at = next.getAndIncrement(); at < load.operations().size(); at = next.getAndIncrement()) {
                PlannedOperation planned = load.operations().get(at);
                long wait = planned.due() - (caller.now() - origin) / 1_000_000;
                if (wait > 0) {
                    Thread.sleep(wait);
                }
                perform(planned);
                done.incrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            broken.add(e);
        }
    }

    private void perform(PlannedOperation planned) throws InterruptedException {
        Operation operation = market.operation(planned);
        journal.intend(operation);
        int node = balancer.choose(NO_NODE);
        Thread twin = null;
        if (planned.manner() == Manner.TWIN) {
            int other = balancer.choose(node);
            twin = Thread.ofVirtual().start(() -> sendOnce(operation, other));
        }
        Call last = ask(operation, node);
        if (twin != null) {
            twin.join();
        }
        if (planned.manner() != Manner.ONCE && last.outcome() instanceof Acknowledged) {
            var unused = ask(operation, balancer.choose(last.node()));
        }
        if (planned.read()) {
            read(operation, last.node());
        }
    }

    /** Sends it again and again, to one node after another, until the answer is definite or time is up. */
    public Call ask(Operation operation) throws InterruptedException {
        return ask(operation, balancer.choose(NO_NODE));
    }

    private Call ask(Operation operation, int firstNode) throws InterruptedException {
        int node = firstNode;
        long pause = PAUSE_MILLIS_MIN;
        while (true) {
            Call call = send(operation, node);
            if (call.outcome().isDefinite() || caller.now() > giveUpAt) {
                return call;
            }
            Thread.sleep(pause);
            pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
            node = balancer.choose(node);
        }
    }

    private Call send(Operation operation, int node) throws InterruptedException {
        inFlight.incrementAndGet(node);
        Call call;
        try {
            call = caller.call(operation, node, balancer.api(node));
        } finally {
            inFlight.decrementAndGet(node);
        }
        journal.tell(operation.id(), call);
        // "Still running" comes from a node that is well.
        if (call.outcome() instanceof Indefinite doubt && !doubt.why().startsWith("4")) {
            balancer.failed(node);
        }
        return call;
    }

    private void sendOnce(Operation operation, int node) {
        try {
            var unused = send(operation, node);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            broken.add(e);
        }
    }

    /** On another node than the one that answered: what one node has acknowledged, all know. */
    private void read(Operation operation, int not) throws InterruptedException {
        int node = balancer.choose(not);
        long began = caller.now();
        OptionalLong balance = caller.balance(operation.account(), balancer.api(node));
        if (balance.isPresent()) {
            journal.tell(new BalanceRead(operation.account(), node, began, caller.now(), balance.getAsLong()));
        }
    }

    @Override
    public void close() {
        clients.forEach(Thread::interrupt);
    }
}
