/**
 * The OpenAPI document as the one source: it is read from hand-written YAML, completed, published, and turned into
 * operations, a path table and compiled checks. Knows no HTTP server. Start at ApiDocument.
 */
@NullMarked
package dev.merit.router.openapi;

import org.jspecify.annotations.NullMarked;
