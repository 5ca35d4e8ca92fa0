package dev.merit.router.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** A file on the class path that a page loads. It is read when it is first asked for, and packed once. */
final class PageFile {
    static final String SCRIPT = "text/javascript; charset=utf-8";
    static final String STYLE = "text/css; charset=utf-8";

    private final String resource;
    private final String type;
    private volatile @Nullable Buffer plain;
    private volatile @Nullable Buffer packed;

    PageFile(String resource, String type) {
        this.resource = resource;
        this.type = type;
    }

    String type() {
        return type;
    }

    /** Whether packing it is worth while. */
    boolean isText() {
        return type.startsWith("text/");
    }

    /** Its bytes, if they were read before. */
    @Nullable
    Buffer ready(boolean inGzip) {
        return inGzip ? packed : plain;
    }

    /** Its bytes; blocks. */
    synchronized Buffer bytes(boolean inGzip) throws IOException {
        Buffer read = plain == null ? Buffer.buffer(read(resource)) : plain;
        plain = read;
        if (!inGzip) {
            return read;
        }
        Buffer small = packed == null ? Buffer.buffer(gzip(read.getBytes())) : packed;
        packed = small;
        return small;
    }

    /** A small text file. */
    static String text(String resource) {
        try {
            return new String(read(resource), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version of a WebJar: its files lie in a folder of that name. */
    static String versionOf(String webJar) {
        try (InputStream in =
                PageFile.class.getResourceAsStream("/META-INF/maven/org.webjars/" + webJar + "/pom.properties")) {
            if (in == null) {
                throw new FileNotFoundException(webJar + " is not on the class path");
            }
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = PageFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream(bytes.length / 3);
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
