/** What a link or a number points at. Plain Java: nothing here opens a connection or looks a name up. */
@NullMarked
package dev.merit.discovery.domain;

import org.jspecify.annotations.NullMarked;
