/** Everything that can be asked of the registry: clubs, members and member identifiers. */
@NullMarked
package dev.merit.contracts.registry;

import org.jspecify.annotations.NullMarked;
