/** Settings, read once from the environment. */
@NullMarked
package dev.merit.platform.config;

import org.jspecify.annotations.NullMarked;
