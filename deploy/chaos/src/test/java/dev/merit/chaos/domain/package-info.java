@NullMarked
package dev.merit.chaos.domain;

import org.jspecify.annotations.NullMarked;
