/**
 * The real node as a process of its own, and callers that buy from it over HTTP. What it acknowledged is compared with
 * its ledger after every stretch.
 */
@NullMarked
package dev.merit.bench.candidate;

import org.jspecify.annotations.NullMarked;
