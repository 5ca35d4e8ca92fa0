package dev.merit.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {

    // Breaks when an option is taken and ignored: whoever gave it would take the figures for something else. Nothing of
    // this comes as far as starting anything.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--start --nodes",
                "--events --soak 1",
                "--events --only purchase-64",
                "--events --seconds 3",
                "--growth 10000 --members 300",
                "--growth 10000 --flush-delay 1",
                "--nodes --no-kafka",
                "--start --json there.json",
                "--event-rate 100",
                "--smoke --seconds 3",
                "--growth 999",
                "--growth 10000,100000001",
                "--soak 0",
                "--soak 1441",
                "--flush-delay 1001",
                "--flush-delay 1 --database-url postgresql://a:b@localhost/c",
                "--only nobody",
                "--only single-64",
                "--only purchase-open",
                "--only wallet-open,purchase-64",
                "--rounds 0",
            })
    void refusesWhatItWouldNotDo(String arguments) {
        var said = new StringWriter();

        int exit = new CommandLine(new Main()).setErr(new PrintWriter(said)).execute(arguments.split(" ", -1));

        assertThat(exit).as(said.toString()).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(said.toString()).isNotBlank().doesNotContain("\tat ");
    }
}
