package dev.merit.chaos.domain;

import java.time.Duration;

/**
 * How a life of a node ended, kills aside.
 *
 * @param node from 0
 * @param wanted whether it was told to stop in order; else it ended by itself
 * @param exitCode of one that was ended by force as well
 * @param took from being told to its end
 * @param said the last of its log
 */
public record NodeEnd(int node, boolean wanted, int exitCode, Duration took, String said) {}
