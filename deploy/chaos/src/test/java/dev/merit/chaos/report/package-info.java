@NullMarked
package dev.merit.chaos.report;

import org.jspecify.annotations.NullMarked;
