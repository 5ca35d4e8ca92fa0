/** The one statement of the program: whether the database answers. */
@NullMarked
package dev.merit.node.store;

import org.jspecify.annotations.NullMarked;
