package dev.merit.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.chaos.domain.Finding;
import dev.merit.chaos.domain.Findings;
import dev.merit.chaos.domain.Promise;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A watcher that did not look has seen nothing wrong, and may not pass for one that looked. */
class WatcherTest {
    private static Findings judged(Watcher.Way way) throws InterruptedException {
        Watcher watcher = new Watcher(way);
        Thread.sleep(1_100);
        watcher.close();
        Findings findings = new Findings();
        watcher.judge(findings);
        return findings;
    }

    @Test
    void saysThatItHardlyLooked() throws Exception {
        Findings findings = judged(() -> {
            throw new SQLException("nobody listens");
        });

        assertThat(findings.of(Promise.BALANCE)).singleElement().satisfies(finding -> assertThat(finding.what())
                .startsWith("looked only 0 times"));
    }

    @Test
    void saysThatItBroke() throws Exception {
        Findings findings = judged(() -> {
            throw new IllegalStateException("spoilt");
        });

        assertThat(findings.of(Promise.BALANCE)).extracting(Finding::what).anyMatch(what -> what.contains("spoilt"));
    }
}
