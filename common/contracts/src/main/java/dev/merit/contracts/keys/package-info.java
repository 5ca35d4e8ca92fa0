/** Everything that can be asked of the keys domain: keys, partners, permissions and limits. */
@NullMarked
package dev.merit.contracts.keys;

import org.jspecify.annotations.NullMarked;
