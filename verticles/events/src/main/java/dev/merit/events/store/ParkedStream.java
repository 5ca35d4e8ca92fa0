package dev.merit.events.store;

/**
 * A stream of which events are parked.
 *
 * @param refused whether the first of them was refused; otherwise it may go
 */
public record ParkedStream(EventStream stream, boolean refused) {}
