/**
 * The document as tools for programs that choose what to call by themselves: one tool an operation, its arguments in
 * one flat object, in the forms that such programs read. Made once, at start; knows no HTTP server. Start at Toolbox.
 */
@NullMarked
package dev.merit.router.tools;

import org.jspecify.annotations.NullMarked;
