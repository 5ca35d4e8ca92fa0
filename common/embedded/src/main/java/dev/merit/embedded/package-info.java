/**
 * A real PostgreSQL and a real single-node Kafka, started from Maven artifacts as children of this JVM.
 *
 * <p>Used by the node program on a laptop and by the tests. {@link dev.merit.embedded.EmbeddedPostgres} and
 * {@link dev.merit.embedded.EmbeddedKafka} are the two entrances; {@link dev.merit.embedded.DataDirectory} keeps a
 * second program away from the same files. Start reading at {@code Warden}: it is what makes sure that no server
 * outlives this program. Vert.x, tables and topics have no place here.
 */
@NullMarked
package dev.merit.embedded;

import org.jspecify.annotations.NullMarked;
