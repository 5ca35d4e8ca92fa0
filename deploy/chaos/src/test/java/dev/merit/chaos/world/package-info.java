@NullMarked
package dev.merit.chaos.world;

import org.jspecify.annotations.NullMarked;
