/**
 * Public pages: what a link or a poster's code shows to anybody, without a key and without a script.
 * {@code PublicPages} answers, {@code ThingView} and {@code ListView} say what is on a page, the templates in
 * {@code src/main/jte} how it is laid out, {@code texts.properties} in which words. Start at PublicPages.
 */
@NullMarked
package dev.merit.router.pages;

import org.jspecify.annotations.NullMarked;
