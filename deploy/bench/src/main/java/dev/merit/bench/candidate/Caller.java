package dev.merit.bench.candidate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One connection with at most one request on its way, and just as much of HTTP as it takes to read the answer. */
final class Caller implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 32 * 1024;
    private static final int ITEM_BYTES_MAX = 2 * 1024;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding: chunked".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REPLAYED = "idempotent-replayed: true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE_FAILED = "\"failed\":0}}".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END_BYTES = 2;
    private static final int SHOWN_MAX = 300;
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final Errand errand;
    private final ByteBuffer answer;
    private Ask ask;
    private long number;
    private long due;
    private long sent;
    private int lineStart;
    private int bodyStart;
    private int bodyLength;
    private boolean chunked;
    private boolean replayed;
    private boolean repeat;
    private boolean good;

    Caller(InetSocketAddress node, Errand errand) throws IOException {
        this.errand = errand;
        this.ask = errand.ask(0);
        this.answer = ByteBuffer.allocate(ANSWER_BYTES_MAX + (ask.kind().items() - 1) * ITEM_BYTES_MAX);
        this.channel = SocketChannel.open(node);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
    }

    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * The socket's buffer is empty, as there is never a second request, so that a request always fits at once.
     *
     * @param repeats whether that number was acknowledged before
     */
    void send(long requestNumber, boolean repeats, Mix mix, long dueAt) throws IOException {
        repeat = repeats;
        number = requestNumber;
        due = dueAt;
        sent++;
        answer.clear();
        lineStart = 0;
        bodyStart = 0;
        bodyLength = 0;
        chunked = false;
        replayed = false;
        good = false;
        ask = errand.ask(requestNumber);
        ByteBuffer bytes = ByteBuffer.wrap(ask.bytes(requestNumber, mix));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Whether the answer is complete now. */
    boolean receive() throws IOException {
        if (channel.read(answer) < 0) {
            throw new IOException("a connection was closed");
        }
        if (bodyStart == 0) {
            readHead();
        }
        if (bodyStart > 0 && (chunked ? endsWith(LAST_CHUNK, 0) : answer.position() >= bodyStart + bodyLength)) {
            good = judge();
            return true;
        }
        if (!answer.hasRemaining()) {
            throw new IOException("an answer is longer than " + answer.capacity() + " bytes");
        }
        return false;
    }

    /**
     * There is never a second answer behind the first.
     *
     * @param behind so many bytes stand behind that end
     */
    private boolean endsWith(byte[] end, int behind) {
        int from = answer.position() - behind - end.length;
        return from >= bodyStart && Arrays.equals(answer.array(), from, from + end.length, end, 0, end.length);
    }

    private void readHead() {
        byte[] bytes = answer.array();
        int end = answer.position();
        for (int at = lineStart; at < end; at++) {
            if (bytes[at] == '\n') {
                if (at - lineStart <= 1) {
                    bodyStart = at + 1;
                    return;
                }
                if (startsWith(bytes, LENGTH)) {
                    bodyLength = number(bytes, lineStart + LENGTH.length, at);
                } else if (startsWith(bytes, REPLAYED)) {
                    replayed = true;
                } else if (startsWith(bytes, CHUNKED)) {
                    chunked = true;
                }
                lineStart = at + 1;
            }
        }
    }

    private boolean startsWith(byte[] bytes, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            // ASCII letters, hyphens, colons and blanks: what is not a letter has this bit anyway.
            if ((bytes[lineStart + i] | 0x20) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private static int number(byte[] bytes, int from, int to) {
        int value = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] >= '0' && bytes[at] <= '9') {
                value = value * 10 + (bytes[at] - '0');
            }
        }
        return value;
    }

    int status() {
        return number(answer.array(), STATUS_AT, STATUS_AT + 3);
    }

    /** Of many items each must be done, and the last words of the body say so. */
    private boolean judge() {
        return status() == ask.kind().status()
                && (ask.kind().items() == 1 || endsWith(NONE_FAILED, chunked ? LINE_END_BYTES + LAST_CHUNK.length : 0));
    }

    /** Whether everything that was asked for is done. */
    boolean isGood() {
        return good;
    }

    Ask.Kind kind() {
        return ask.kind();
    }

    boolean replayed() {
        return replayed;
    }

    /** Whether the same was sent and acknowledged before. */
    boolean isRepeat() {
        return repeat;
    }

    /** What was asked and what came back; for people, and no longer than they read. */
    String failure() {
        String said = body();
        return ask.line() + " → " + status() + " " + said.substring(0, Math.min(said.length(), SHOWN_MAX));
    }

    private String body() {
        int length = chunked ? answer.position() - bodyStart : bodyLength;
        return new String(answer.array(), bodyStart, length, StandardCharsets.UTF_8);
    }

    long number() {
        return number;
    }

    long due() {
        return due;
    }

    long sentBefore() {
        return sent;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
