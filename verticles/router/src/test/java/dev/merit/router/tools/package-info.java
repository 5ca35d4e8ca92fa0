/** Tests of what no request shows: names that clash, descriptions that are too long. */
@NullMarked
package dev.merit.router.tools;

import org.jspecify.annotations.NullMarked;
