/** Tests of the program: small ones of its pieces, and journeys that run the packaged program and talk to it by HTTP. */
@NullMarked
package dev.merit.node;

import org.jspecify.annotations.NullMarked;
