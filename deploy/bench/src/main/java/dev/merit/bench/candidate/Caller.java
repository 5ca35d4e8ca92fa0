package dev.merit.bench.candidate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One connection with at most one request on its way, and just as much of HTTP as it takes to read the answer. */
final class Caller implements AutoCloseable {
    private static final int ANSWER_BYTES_MAX = 32 * 1024;
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] REPLAYED = "idempotent-replayed:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final PurchaseRequest request;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
    private long number;
    private long due;
    private long sent;
    private int lineStart;
    private int bodyStart;
    private int bodyLength;
    private boolean replayed;

    Caller(InetSocketAddress node, PurchaseRequest request) throws IOException {
        this.request = request;
        this.channel = SocketChannel.open(node);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
    }

    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** The socket's buffer is empty, as there is never a second request, so that a request always fits at once. */
    void send(long requestNumber, Mix mix, long dueAt) throws IOException {
        number = requestNumber;
        due = dueAt;
        sent++;
        answer.clear();
        lineStart = 0;
        bodyStart = 0;
        bodyLength = 0;
        replayed = false;
        ByteBuffer bytes = ByteBuffer.wrap(request.bytes(requestNumber, mix));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Whether the answer is complete now. */
    boolean receive() throws IOException {
        if (channel.read(answer) < 0) {
            throw new IOException("the node closed a connection");
        }
        if (bodyStart == 0) {
            readHead();
        }
        if (bodyStart > 0 && answer.position() >= bodyStart + bodyLength) {
            return true;
        }
        if (!answer.hasRemaining()) {
            throw new IOException("an answer of the node is longer than " + ANSWER_BYTES_MAX + " bytes");
        }
        return false;
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
                }
                lineStart = at + 1;
            }
        }
    }

    private boolean startsWith(byte[] bytes, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            // Header names are ASCII letters and hyphens, which this bit does not change.
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

    boolean replayed() {
        return replayed;
    }

    String body() {
        return new String(answer.array(), bodyStart, bodyLength, StandardCharsets.UTF_8);
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
