/**
 * What a run is judged by: the clients' journal, what the database and the topics hold, and the equations between them.
 * Plain Java, so that each violation can be shown by a history of a few lines. Start at
 * {@link dev.merit.chaos.domain.Checker}.
 */
@NullMarked
package dev.merit.chaos.domain;

import org.jspecify.annotations.NullMarked;
