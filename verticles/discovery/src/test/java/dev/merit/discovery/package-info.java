/** Tests of discovery: over the bus, with small real things where the other domains are. */
@NullMarked
package dev.merit.discovery;

import org.jspecify.annotations.NullMarked;
