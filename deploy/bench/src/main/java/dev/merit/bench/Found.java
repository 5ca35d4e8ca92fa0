package dev.merit.bench;

/**
 * What one of the other things to measure brought.
 *
 * @param text for people
 * @param failed whether anything was refused that a working node does not refuse
 */
record Found(String text, boolean failed) {}
