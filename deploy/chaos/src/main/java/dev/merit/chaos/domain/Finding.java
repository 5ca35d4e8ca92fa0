package dev.merit.chaos.domain;

/** One thing that does not hold. */
public record Finding(Promise promise, String what) {}
