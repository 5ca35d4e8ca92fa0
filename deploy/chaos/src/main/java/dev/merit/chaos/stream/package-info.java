/** What a consumer sees that reads every topic from its start. */
@NullMarked
package dev.merit.chaos.stream;

import org.jspecify.annotations.NullMarked;
