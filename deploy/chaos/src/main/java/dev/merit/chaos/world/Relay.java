package dev.merit.chaos.world;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between one node and PostgreSQL and changes words of its statements; everything else goes through as it is. It
 * knows of PostgreSQL's protocol only that messages have a letter and a length.
 */
final class Relay implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int MESSAGE_MAX = 1 << 26;
    private static final int BACKLOG = 256;

    private final ServerSocket door;
    private final int target;
    private final List<Rewrite> rewrites;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    Relay(String host, int target, List<Rewrite> rewrites) {
        this.target = target;
        this.rewrites = List.copyOf(rewrites);
        try {
            this.door = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral(host));
        } catch (IOException e) {
            throw new ChaosFailed("A relay could not listen: " + e.getMessage(), e);
        }
        Thread.ofVirtual().start(this::welcome);
    }

    int port() {
        return door.getLocalPort();
    }

    private void welcome() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // The door was closed, or a client had left again before it was let in.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(InetAddress.ofLiteral("127.0.0.1"), target)) {
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> copy(server, client));
            speak(
                    new DataInputStream(new BufferedInputStream(client.getInputStream())),
                    new DataOutputStream(server.getOutputStream()));
            open.remove(server);
        } catch (IOException e) {
            // One of the two has gone: the other is told by the end of its connection.
        } finally {
            open.remove(client);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            var unused = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // As above.
        }
    }

    /** What the node says: first one or two messages without a letter, then those with one. */
    private void speak(DataInputStream in, DataOutputStream out) throws IOException {
        int code;
        do {
            int length = in.readInt();
            byte[] body = body(in, length);
            code = ByteBuffer.wrap(body).getInt();
            out.writeInt(length);
            out.write(body);
        } while (code == SSL_REQUEST || code == GSS_REQUEST);
        while (true) {
            int letter = in.read();
            if (letter < 0) {
                return;
            }
            int length = in.readInt();
            byte[] body = body(in, length);
            if (letter == 'P' || letter == 'Q') {
                rewrites.forEach(rewrite -> rewrite.apply(body));
            }
            byte[] whole = new byte[body.length + 5];
            whole[0] = (byte) letter;
            for (int at = 0; at < 4; at++) {
                whole[1 + at] = (byte) (length >>> (24 - 8 * at));
            }
            System.arraycopy(body, 0, whole, 5, body.length);
            out.write(whole);
        }
    }

    private static byte[] body(DataInputStream in, int length) throws IOException {
        if (length < 4 || length > MESSAGE_MAX) {
            throw new IOException("no message of PostgreSQL");
        }
        byte[] body = new byte[length - 4];
        in.readFully(body);
        return body;
    }

    @Override
    public void close() {
        try {
            door.close();
            for (Closeable socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            // Whatever is left ends with this program.
        }
    }
}
