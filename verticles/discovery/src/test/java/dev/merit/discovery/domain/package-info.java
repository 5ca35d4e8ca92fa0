/** Tests of what links and numbers point at. */
@NullMarked
package dev.merit.discovery.domain;

import org.jspecify.annotations.NullMarked;
