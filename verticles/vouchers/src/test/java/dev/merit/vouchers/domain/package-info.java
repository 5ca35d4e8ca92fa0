/** Tests of vouchers as plain Java. */
@NullMarked
package dev.merit.vouchers.domain;

import org.jspecify.annotations.NullMarked;
