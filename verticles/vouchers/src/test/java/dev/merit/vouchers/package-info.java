/** Tests of vouchers over a real bus and a real PostgreSQL. */
@NullMarked
package dev.merit.vouchers;

import org.jspecify.annotations.NullMarked;
