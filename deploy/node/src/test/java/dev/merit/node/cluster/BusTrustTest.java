package dev.merit.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.node.cluster.BusTrust.Stretched;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTrustTest {
    private static final Stretched SECRET = Stretched.of("a secret of many words");

    private final Vertx vertx = Vertx.vertx();
    private final List<NetClient> clients = new ArrayList<>();

    @AfterEach
    void stop() {
        var unused = Eventually.get(vertx.close());
    }

    @Test
    void letsThoseTalkWhoKnowTheSecret() {
        // Each time with new certificates.
        for (int round = 0; round < 20; round++) {
            assertThat(Eventually.get(talk(BusTrust.of(SECRET), BusTrust.of(SECRET))))
                    .isTrue();
        }
    }

    /** Breaks when only one side proves anything, or when any certificate will do. */
    @Test
    void believesNobodyElse() {
        BusTrust stranger = BusTrust.of(Stretched.of("another secret, as long"));
        assertThat(talks(BusTrust.of(SECRET), stranger)).isFalse();
        assertThat(talks(stranger, BusTrust.of(SECRET))).isFalse();
        assertThat(talks(BusTrust.of(SECRET), null)).isFalse();
    }

    @Test
    void namesTheClusterWithoutTellingTheSecret() {
        assertThat(SECRET.clusterName())
                .isEqualTo(Stretched.of("a secret of many words").clusterName())
                .isNotEqualTo(Stretched.of("another secret, as long").clusterName())
                .doesNotContain("secret");
        assertThat(SECRET.derived("name")).isNotEqualTo(SECRET.derived("authority"));
    }

    /** One message there and back; a client without trust shows no certificate. */
    private boolean talks(BusTrust serving, @Nullable BusTrust asking) {
        return Eventually.get(talk(serving, asking).otherwise(false));
    }

    private Future<Boolean> talk(BusTrust serving, @Nullable BusTrust asking) {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(serving.identity())
                .setTrustOptions(serving.peers())
                .setClientAuth(ClientAuth.REQUIRED));
        int port = Eventually.get(server.connectHandler(socket -> socket.handler(socket::write))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(asking == null ? serving.peers() : asking.peers());
        if (asking != null) {
            options.setKeyCertOptions(asking.identity());
        }
        NetClient client = vertx.createNetClient(options);
        // One that nobody refers to is closed when memory is collected.
        clients.add(client);
        return client.connect(port, "127.0.0.1")
                .compose(socket -> Future.<Boolean>future(answered -> {
                    socket.handler(answer -> answered.tryComplete(true));
                    socket.closeHandler(closed -> answered.tryFail("closed"));
                    socket.exceptionHandler(answered::tryFail);
                    socket.write("hello").onFailure(answered::tryFail);
                }));
    }
}
