/** Tests of what is on public pages. */
@NullMarked
package dev.merit.router.pages;

import org.jspecify.annotations.NullMarked;
