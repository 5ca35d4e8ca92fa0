package dev.merit.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PurchaseRequestTest {
    private final PurchaseRequest request = new PurchaseRequest("a-key", "a-card", "a-run");

    private String text(long number, Mix mix) {
        return new String(request.bytes(number, mix), StandardCharsets.US_ASCII);
    }

    @Test
    void isHttpWithAJsonBodyOfTheLengthItNames() throws IOException {
        String text = text(42, Mix.spread(1_000));
        String head = text.substring(0, text.indexOf("\r\n\r\n"));
        String body = text.substring(text.indexOf("\r\n\r\n") + 4);

        JsonNode json = Json.MAPPER.readTree(body);

        assertThat(head)
                .startsWith("POST /api/agent/v1/partner/transactions/purchase HTTP/1.1\r\n")
                .contains("\r\nX-Agent-Key: a-key\r\n")
                .contains("\r\nIdempotency-Key: a-run-000000000000002a\r\n")
                .contains("\r\nContent-Length: " + body.length());
        assertThat(json.path("card_id").textValue()).isEqualTo("a-card");
        assertThat(json.path("member_identifier").textValue()).matches("member0000\\d{3}@bench\\.example");
        assertThat(json.path("purchase_amount").decimalValue())
                .isBetween(new java.math.BigDecimal("10.00"), new java.math.BigDecimal("99.99"));
    }

    // Breaks when anything but the number decides: the node would answer a repeat with IDEMPOTENCY_KEY_REUSED.
    @Test
    void isTheSameAgainForTheSameNumber() {
        Mix mix = Mix.spread(20_000);
        String first = text(7, mix);

        assertThat(text(8, mix)).isNotEqualTo(first);
        assertThat(text(7, mix)).isEqualTo(first);
    }

    @Test
    void spreadsOverAllMembers() {
        Mix mix = Mix.spread(100);
        Set<Integer> seen = new HashSet<>();
        for (long number = 0; number < 2_000; number++) {
            seen.add(mix.member(number));
        }

        assertThat(seen).hasSize(100).allMatch(member -> member >= 0 && member < 100);
    }

    @Test
    void repeatsOneInTwenty() {
        var mix = new Mix(10, 20);
        long repeats = java.util.stream.LongStream.range(0, 1_000)
                .filter(mix::isRepeat)
                .count();

        assertThat(repeats).isEqualTo(50);
        assertThat(java.util.stream.LongStream.range(0, 1_000).anyMatch(Mix.spread(10)::isRepeat))
                .isFalse();
    }
}
