/** How the program talks to a node: plain HTTP, as any shop does. */
@NullMarked
package dev.merit.chaos.http;

import org.jspecify.annotations.NullMarked;
