package dev.merit.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.bench.measure.CpuShares.Program;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuClockTest {
    // Breaks when a column of the process table is taken for another.
    @Test
    @EnabledOnOs(OS.LINUX)
    void seesThatThisProgramIsBusy() {
        CpuClock.Stretch stretch = new CpuClock().start();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(400);
        long turns = 0;
        while (System.nanoTime() < end) {
            turns++;
        }

        Double cores = stretch.end().cores().get(Program.LOAD);

        assertThat(turns).isPositive();
        assertThat(cores).isBetween(0.02, (double) Runtime.getRuntime().availableProcessors() + 0.5);
    }

    @Test
    void leavesOutWhatItCannotWatch() {
        var clock = new CpuClock();
        clock.watch(Program.POSTGRES, Long.MAX_VALUE);

        assertThat(clock.start().end().cores()).doesNotContainKeys(Program.POSTGRES, Program.NODE);
    }
}
