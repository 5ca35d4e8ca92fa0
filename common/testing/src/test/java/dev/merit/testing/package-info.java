/** What tests share is tested too: a rule that catches nothing is worse than none. */
@NullMarked
package dev.merit.testing;

import org.jspecify.annotations.NullMarked;
