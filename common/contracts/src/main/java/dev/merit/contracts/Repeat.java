package dev.merit.contracts;

import java.util.UUID;

/**
 * An idempotency key, reduced to what has to be compared.
 *
 * @param id the first 16 bytes of SHA-256 over key owner, method, path and idempotency key
 * @param bodyHash SHA-256 of the request body's bytes, base64: another body under the same id is a misuse
 */
public record Repeat(UUID id, String bodyHash) {}
