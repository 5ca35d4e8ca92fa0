/** What fills a stamp card, what lapses and what is handed out, as plain Java. Start at StampBook. */
@NullMarked
package dev.merit.stamps.domain;

import org.jspecify.annotations.NullMarked;
