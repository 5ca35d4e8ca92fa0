package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.RewardId;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoTest {
    private static final String API = "http://127.0.0.1:8080/api/agent/v1";
    private static final Demo.Kept DEMO = new Demo.Kept(
            "rl_agent_0123456789012345678901234567890123456789",
            new CardId(new UUID(1, 1)),
            new RewardId(new UUID(2, 2)),
            new MemberId(new UUID(3, 3)));

    private final Path directory;

    DemoTest(@TempDir Path directory) {
        this.directory = directory;
    }

    /** Breaks when a quote inside a printed line would be eaten by the shell of whoever pastes it. */
    @Test
    void printsLinesThatAShellTakesWhole() throws Exception {
        List<String> words = Shell.words(directory, DEMO.curls(API).getFirst());

        assertThat(words)
                .startsWith("curl")
                .contains(API + "/partner/transactions/purchase", "X-Agent-Key: " + DEMO.key())
                .contains("Idempotency-Key: demo-purchase-1");
        JsonNode body = new ObjectMapper().readTree(words.getLast());
        assertThat(body.get("purchase_amount").decimalValue()).isEqualByComparingTo("24.50");
        assertThat(body.get("card_id").textValue()).isEqualTo(DEMO.card().toString());
    }

    @Test
    void keepsEveryLineOnOneLine() {
        assertThat(DEMO.curls(API)).hasSize(3).allSatisfy(line -> assertThat(line)
                .hasLineCount(1));
    }

    /** Breaks when a later start prints other lines than the first, or none. */
    @Test
    void readsBackWhatItKept() {
        PrivateFile<Demo.Kept> file = new PrivateFile<>(directory.resolve("demo.json"), Demo.Kept.class);

        file.write(DEMO);

        assertThat(file.read()).contains(DEMO);
    }
}
