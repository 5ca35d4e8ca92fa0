package dev.merit.chaos.till;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Chooses nodes in turn among those that say they are ready, as a load balancer with health checks does. A node that
 * failed a call is left out until it says so again.
 */
public final class Balancer implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_LIMIT = Duration.ofSeconds(1);
    private static final int OK = 200;

    private final List<Place> places;
    private final AtomicIntegerArray ready;
    private final AtomicInteger turn = new AtomicInteger();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LOOK_LIMIT).build();
    private final List<Thread> lookers = new ArrayList<>();

    /** Where a node answers: the API, and whether it is ready. */
    public record Place(URI api, URI management) {}

    /** Begins to look after all of them. */
    public Balancer(List<Place> places) {
        this.places = List.copyOf(places);
        this.ready = new AtomicIntegerArray(places.size());
        for (int node = 0; node < places.size(); node++) {
            int number = node;
            lookers.add(Thread.ofVirtual().name("looker-" + node).start(() -> look(number)));
        }
    }

    public int size() {
        return places.size();
    }

    public URI api(int node) {
        return places.get(node).api();
    }

    public boolean isReady(int node) {
        return ready.get(node) == 1;
    }

    /** The next ready node, another one than {@code not} where there is one; any when none is ready. */
    public int choose(int not) {
        int first = Math.floorMod(turn.getAndIncrement(), places.size());
        int spare = -1;
        for (int step = 0; step < places.size(); step++) {
            int node = (first + step) % places.size();
            if (isReady(node)) {
                if (node != not) {
                    return node;
                }
                spare = node;
            }
        }
        return spare >= 0 ? spare : first;
    }

    /** Leaves a node out until it is seen to be ready. */
    public void failed(int node) {
        ready.set(node, 0);
    }

    private void look(int node) {
        HttpRequest question = HttpRequest.newBuilder(
                        URI.create(places.get(node).management() + "/health/ready"))
                .timeout(LOOK_LIMIT)
                .build();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                ready.set(node, isGood(question) ? 1 : 0);
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isGood(HttpRequest question) throws InterruptedException {
        try {
            return client.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        lookers.forEach(Thread::interrupt);
        client.shutdownNow();
    }
}
