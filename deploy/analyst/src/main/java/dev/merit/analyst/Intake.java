package dev.merit.analyst;

import dev.merit.analyst.domain.Booked;
import dev.merit.analyst.domain.BrokenAccount;
import dev.merit.analyst.domain.TopicBroken;
import dev.merit.analyst.store.Warehouse;
import dev.merit.analyst.store.Warehouse.Added;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the topic into the file. How far stands in the file, so that reading again after a crash, or from the start
 * into a new file, gives the same.
 */
final class Intake {
    static final String TOPIC = "merit.transactions";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final int BATCH_MAX = 50_000;

    private final Warehouse warehouse;
    private final TopicReader reader;
    private final Progress progress;
    private long heard = System.nanoTime();
    private long added;

    /** Hears of each batch that is in the file. */
    interface Progress {
        /**
         * A batch was added.
         *
         * @param events how many new ones there are so far
         * @param broken accounts that are set aside since this batch
         */
        void added(long events, List<BrokenAccount> broken);
    }

    Intake(Warehouse warehouse, TopicReader reader, Progress progress) throws SQLException {
        this.warehouse = warehouse;
        this.reader = reader;
        this.progress = progress;
        reader.takePartitions(warehouse.positions(reader.topic()));
    }

    /**
     * Reads what is there now.
     *
     * @return how many new events there were
     */
    long readToEnd() throws SQLException {
        Map<TopicPartition, Long> ends = reader.ends();
        heard = System.nanoTime();
        while (!reader.isAt(ends)) {
            addBatch();
            if (System.nanoTime() - heard > SILENCE_MAX.toNanos()) {
                throw new TopicBroken("The broker has said nothing for " + SILENCE_MAX.toSeconds() + " s.");
            }
        }
        return added;
    }

    /** Reads on until it is told to stop, new partitions too. Silence is nothing unusual for somebody who follows. */
    void follow(BooleanSupplier stop) throws SQLException {
        while (!stop.getAsBoolean()) {
            reader.takePartitions(Map.of());
            addBatch();
        }
    }

    private void addBatch() throws SQLException {
        // Waits for the first records of a batch, and takes along what has come meanwhile.
        List<Booked> batch = new ArrayList<>(reader.poll(POLL));
        boolean more = !batch.isEmpty();
        while (more && batch.size() < BATCH_MAX) {
            List<Booked> next = reader.poll(Duration.ZERO);
            batch.addAll(next);
            more = !next.isEmpty();
        }
        if (!batch.isEmpty()) {
            heard = System.nanoTime();
            Added came = warehouse.add(batch, reader.topic(), reader.positions());
            added += came.events();
            progress.added(added, came.broken());
        }
    }
}
