@NullMarked
package dev.merit.chaos.journal;

import org.jspecify.annotations.NullMarked;
