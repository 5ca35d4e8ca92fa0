@NullMarked
package dev.merit.chaos.store;

import org.jspecify.annotations.NullMarked;
