@NullMarked
package dev.merit.chaos;

import org.jspecify.annotations.NullMarked;
