package dev.merit.events.store;

import java.util.UUID;

/** The events of one member on one topic. They stay in order, whatever happens to one of them. */
public record EventStream(String topic, UUID member) {}
