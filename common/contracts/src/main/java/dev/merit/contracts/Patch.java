package dev.merit.contracts;

/**
 * The validated body of a PUT. Fields left out stay as they are, null clears.
 *
 * @param json a JSON object
 */
public record Patch(String json) {}
