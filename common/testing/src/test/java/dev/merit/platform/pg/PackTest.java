package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class PackTest {
    private final Random chance = new Random(11);

    // Breaks when an empty document or an empty pack is lost, and when letters of several bytes are cut apart.
    @Test
    void givesBackWhatWasPackedInItsOrder() {
        for (int count : new int[] {0, 1, 2, 64, 300}) {
            List<byte[]> documents = documents(count);
            List<Buffer> opened = Pack.open(Pack.of(documents));
            assertThat(opened.stream().map(Buffer::getBytes)).containsExactlyElementsOf(documents);
            assertThat(Pack.length(documents))
                    .isEqualTo(opened.stream().mapToInt(Buffer::length).sum());
        }
    }

    @Test
    void storesWhatDocumentsHaveInCommonOnce() {
        List<byte[]> documents = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            documents.add(
                    bytes("{\"id\":\"" + UUID.randomUUID() + "\",\"event\":\"staff_credited_points_for_purchase\","
                            + "\"rules\":{\"points_per_currency\":10,\"currency_unit_amount\":\"1.00\"},\"points\":" + i
                            + "}"));
        }
        assertThat(Pack.of(documents).length()).isLessThan(Pack.length(documents) / 2);
    }

    // What cannot be read must say so and end: neither another error, nor a gigabyte asked for by a wrong length, nor
    // documents that were never written.
    @Test
    void refusesWhatIsNoPack() {
        for (byte[] bytes : List.of(new byte[0], bytes("{}"), new byte[] {1}, new byte[] {1, -1, -1, -1, -1})) {
            assertDamaged(Buffer.buffer(bytes));
        }
        Buffer pack = Pack.of(documents(20));
        for (int end = 0; end < pack.length(); end += 7) {
            assertDamaged(pack.slice(0, end).copy());
        }
        assertDamaged(pack.copy().setByte(0, (byte) 2));
        assertDamaged(summed(pack.copy().setInt(5, Integer.MAX_VALUE)));
        assertDamaged(summed(pack.copy().setInt(5, -1)));
        assertDamaged(summed(pack.copy().setInt(9, Integer.MAX_VALUE)));
        assertDamaged(summed(pack.copy().setInt(9, -1)));
        assertDamaged(summed(pack.copy().setInt(9, pack.getInt(9) + 1)));
        assertDamaged(summed(pack.copy().appendInt(0)));
        assertDamaged(pack.copy().appendInt(0));
    }

    // A block has no checksum of its own: other letters would go out as an event.
    @Test
    void noticesEveryChangedByte() {
        Buffer pack = Pack.of(documents(5));
        for (int at = 0; at < pack.length(); at++) {
            assertDamaged(pack.copy().setByte(at, (byte) (pack.getByte(at) ^ (1 + chance.nextInt(255)))));
        }
    }

    private static Buffer summed(Buffer pack) {
        var crc = new CRC32C();
        crc.update(pack.getBytes(5, pack.length()));
        return pack.setInt(1, (int) crc.getValue());
    }

    @Test
    void endsWithAnyBytesThatAreSummed() {
        for (int i = 0; i < 2_000; i++) {
            Buffer pack = Pack.of(documents(5));
            int at = 5 + chance.nextInt(pack.length() - 5);
            Buffer changed = summed(pack.copy().setByte(at, (byte) chance.nextInt()));
            try {
                assertThat(Pack.open(changed)).hasSize(5);
            } catch (Pack.Damaged e) {
                assertThat(e).hasMessageNotContaining("order");
            }
        }
    }

    @Test
    void hasALimit() {
        List<byte[]> many = Collections.nCopies(65, new byte[1 << 20]);
        assertThatThrownBy(() -> Pack.of(many)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertDamaged(Buffer pack) {
        assertThatThrownBy(() -> Pack.open(pack)).isInstanceOf(Pack.Damaged.class);
    }

    private List<byte[]> documents(int count) {
        List<byte[]> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(bytes("{\"order_reference\":\"Rechnung Nº " + chance.nextInt() + "\"}".repeat(i % 3)));
        }
        return documents;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
