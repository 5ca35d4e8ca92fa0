package dev.merit.platform.pg;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Documents of one batch as one value: what they have in common is stored once.
 *
 * <p>Layout, numbers in four bytes with the highest first: one byte 1 for this layout; the CRC-32C of all that follows;
 * how many documents; the length of each; then all of them, one behind the other, as one LZ4 block.
 */
public final class Pack {
    /** Far more than any batch makes, and less than would fill the memory if a length were wrong. */
    static final int BYTES_MAX = 64 << 20;

    private static final byte LAYOUT = 1;
    private static final int CHECKED_FROM = 1 + Integer.BYTES;
    private static final int HEAD_BYTES = CHECKED_FROM + Integer.BYTES;

    // In Java alone: nothing has to be unpacked to a folder where code may run.
    private static final LZ4Compressor COMPRESSOR = LZ4Factory.safeInstance().fastCompressor();
    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.safeInstance().safeDecompressor();

    private Pack() {}

    /** A value that is no pack, or was damaged. */
    public static final class Damaged extends RuntimeException {
        Damaged(String message) {
            super(message);
        }

        Damaged(Throwable cause) {
            super("the pack cannot be read", cause);
        }
    }

    /** Packs documents in their order; {@link #BYTES_MAX} at most. */
    public static Buffer of(List<byte[]> documents) {
        int length = length(documents);
        if (length > BYTES_MAX) {
            throw new IllegalArgumentException("a pack of " + length + " bytes");
        }
        byte[] plain = new byte[length];
        Buffer head = Buffer.buffer(HEAD_BYTES + documents.size() * Integer.BYTES)
                .appendByte(LAYOUT)
                .appendInt(0)
                .appendInt(documents.size());
        int at = 0;
        for (byte[] document : documents) {
            System.arraycopy(document, 0, plain, at, document.length);
            at += document.length;
            head.appendInt(document.length);
        }
        byte[] block = new byte[COMPRESSOR.maxCompressedLength(length)];
        Buffer pack = head.appendBytes(block, 0, COMPRESSOR.compress(plain, 0, length, block, 0));
        return pack.setInt(1, checksum(pack));
    }

    private static int checksum(Buffer pack) {
        var crc = new CRC32C();
        crc.update(pack.getBytes(CHECKED_FROM, pack.length()));
        return (int) crc.getValue();
    }

    /** How many bytes these are together. */
    public static int length(List<byte[]> documents) {
        return documents.stream().mapToInt(document -> document.length).reduce(0, Math::addExact);
    }

    /**
     * All documents, in their order, each a part of one array.
     *
     * @throws Damaged when it is not what {@link #of} made
     */
    public static List<Buffer> open(Buffer pack) {
        try {
            return opened(pack);
        } catch (IndexOutOfBoundsException | ArithmeticException | LZ4Exception e) {
            throw new Damaged(e);
        }
    }

    private static List<Buffer> opened(Buffer pack) {
        if (pack.getByte(0) != LAYOUT) {
            throw new Damaged("not a pack of layout " + LAYOUT);
        }
        if (pack.getInt(1) != checksum(pack)) {
            throw new Damaged("the checksum is another");
        }
        int count = pack.getInt(CHECKED_FROM);
        int block = Math.addExact(HEAD_BYTES, Math.multiplyExact(count, Integer.BYTES));
        if (count < 0 || block > pack.length()) {
            throw new Damaged(count + " documents in " + pack.length() + " bytes");
        }
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = Math.addExact(length, lengthOf(pack, i));
        }
        if (length > BYTES_MAX) {
            throw new Damaged(length + " bytes");
        }
        byte[] plain = DECOMPRESSOR.decompress(pack.getBytes(block, pack.length()), 0, pack.length() - block, length);
        if (plain.length != length) {
            throw new Damaged(plain.length + " bytes instead of " + length);
        }
        return cut(Buffer.buffer(plain), pack, count);
    }

    private static int lengthOf(Buffer pack, int place) {
        int length = pack.getInt(HEAD_BYTES + place * Integer.BYTES);
        if (length < 0) {
            throw new Damaged("a document of " + length + " bytes");
        }
        return length;
    }

    private static List<Buffer> cut(Buffer plain, Buffer pack, int count) {
        List<Buffer> documents = new ArrayList<>(count);
        int at = 0;
        for (int i = 0; i < count; i++) {
            int end = at + lengthOf(pack, i);
            documents.add(plain.slice(at, end));
            at = end;
        }
        return documents;
    }
}
