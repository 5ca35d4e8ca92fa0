@NullMarked
package dev.merit.chaos.plan;

import org.jspecify.annotations.NullMarked;
