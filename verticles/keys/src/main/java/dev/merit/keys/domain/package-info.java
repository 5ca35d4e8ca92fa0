/** What a key and a partner may be, without clock, chance, database or framework. Start at KeyGrant. */
@NullMarked
package dev.merit.keys.domain;

import org.jspecify.annotations.NullMarked;
