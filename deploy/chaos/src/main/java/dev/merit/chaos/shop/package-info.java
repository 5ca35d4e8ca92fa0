/** The shops and members of a run: made through the API before the first fault, and what their requests look like. */
@NullMarked
package dev.merit.chaos.shop;

import org.jspecify.annotations.NullMarked;
