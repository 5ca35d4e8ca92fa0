package dev.merit.peer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts it. Port and database come as Spring's own settings. */
@SpringBootApplication(proxyBeanMethods = false)
public class PeerApplication {
    /** For Spring. */
    PeerApplication() {}

    public static void main(String[] arguments) {
        SpringApplication.run(PeerApplication.class, arguments);
    }
}
