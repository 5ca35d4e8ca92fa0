package dev.merit.contracts;

import java.time.Duration;

/**
 * Where requests of one domain are served.
 *
 * @param name the event bus address: the domain's name
 * @param timeout how long a caller waits for a reply before the outcome counts as unknown
 */
public record Address(String name, Duration timeout) {}
