package dev.merit.node.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECNamedCurveParameterSpec;
import org.bouncycastle.jce.spec.ECPrivateKeySpec;
import org.bouncycastle.jce.spec.ECPublicKeySpec;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes a shared secret into mutual TLS: whoever knows the secret can sign a certificate that the others trust, and
 * nobody else can. From the secret follows the key of an authority, the same on every node; a node makes a key of its
 * own and has the authority sign it, in memory, at each start. Nothing is stored, and no node knows another's key.
 *
 * <p>The secret is stretched first (PBKDF2, {@value #ROUNDS} rounds), since the cluster's name travels in the clear and
 * could be guessed against.
 */
final class BusTrust {
    private static final int ROUNDS = 300_000;
    private static final int BITS = 256;
    private static final byte[] SALT = "merit cluster 1".getBytes(StandardCharsets.UTF_8);
    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final X500Name AUTHORITY = new X500Name("CN=Merit cluster");
    /** Clocks of nodes may differ; a certificate lives as long as its process, and no process lives for ten years. */
    private static final Duration BEFORE = Duration.ofDays(2);

    private static final Duration AFTER = Duration.ofDays(3650);

    private final PemKeyCertOptions identity;
    private final PemTrustOptions peers;

    private BusTrust(PemKeyCertOptions identity, PemTrustOptions peers) {
        this.identity = identity;
        this.peers = peers;
    }

    static BusTrust of(Stretched secret) {
        try {
            KeyPair authority = authority(secret);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            KeyPair own = generator.generateKeyPair();
            byte[] trusted = certificate(AUTHORITY, authority.getPublic(), authority.getPrivate(), true);
            byte[] shown = certificate(new X500Name("CN=Merit node"), own.getPublic(), authority.getPrivate(), false);
            return new BusTrust(
                    new PemKeyCertOptions()
                            .addKeyValue(pem("PRIVATE KEY", own.getPrivate().getEncoded()))
                            .addCertValue(pem("CERTIFICATE", shown)),
                    new PemTrustOptions().addCertValue(pem("CERTIFICATE", trusted)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this Java cannot make certificates", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What this node shows. */
    PemKeyCertOptions identity() {
        return identity;
    }

    /** Whom it believes. */
    PemTrustOptions peers() {
        return peers;
    }

    /** A secret that takes long to guess. */
    static final class Stretched {
        private final byte[] key;

        private Stretched(byte[] key) {
            this.key = key;
        }

        static Stretched of(String secret) {
            try {
                var spec = new PBEKeySpec(secret.toCharArray(), SALT, ROUNDS, BITS);
                return new Stretched(SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                        .generateSecret(spec)
                        .getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no PBKDF2", e);
            }
        }

        /** What follows from it for one purpose, and says nothing of what follows for others. */
        byte[] derived(String purpose) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no HMAC", e);
            }
        }

        /** The name of the cluster: a member that says another one is not let in. */
        String clusterName() {
            return "merit-" + HexFormat.of().formatHex(derived("name"), 0, 16);
        }
    }

    private static KeyPair authority(Stretched secret) throws GeneralSecurityException {
        ECNamedCurveParameterSpec curve = ECNamedCurveTable.getParameterSpec(CURVE);
        BigInteger number = new BigInteger(1, secret.derived("authority"))
                .mod(curve.getN().subtract(BigInteger.ONE))
                .add(BigInteger.ONE);
        KeyFactory keys = KeyFactory.getInstance("EC", new BouncyCastleProvider());
        PublicKey open = keys.generatePublic(new ECPublicKeySpec(curve.getG().multiply(number), curve));
        return new KeyPair(open, keys.generatePrivate(new ECPrivateKeySpec(number, curve)));
    }

    private static byte[] certificate(X500Name subject, PublicKey key, PrivateKey authority, boolean isAuthority)
            throws OperatorCreationException, IOException {
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                AUTHORITY,
                new BigInteger(64, new SecureRandom()).add(BigInteger.ONE),
                Date.from(now.minus(BEFORE)),
                Date.from(now.plus(AFTER)),
                subject,
                key);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
        var signer = new JcaContentSignerBuilder(SIGNATURE)
                .setProvider(new BouncyCastleProvider())
                .build(authority);
        return builder.build(signer).getEncoded();
    }

    private static Buffer pem(String kind, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Buffer.buffer("-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
    }
}
