/**
 * The chaos run: nodes, PostgreSQL and Kafka are killed, stopped and cut off while clients move value and keep a
 * journal; then ledger, balances, topics and answers are compared with it. It sees nodes only from outside: their
 * command line, settings, signals, HTTP, tables and topics. Start at {@link dev.merit.chaos.ChaosRun}.
 */
@NullMarked
package dev.merit.chaos;

import org.jspecify.annotations.NullMarked;
