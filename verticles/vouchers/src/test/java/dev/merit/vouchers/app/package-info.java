/** Tests of vouchers as plain Java. */
@NullMarked
package dev.merit.vouchers.app;

import org.jspecify.annotations.NullMarked;
