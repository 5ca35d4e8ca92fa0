/** The technical floor that every verticle stands on. It knows Vert.x and PostgreSQL, and no domain. */
@NullMarked
package dev.merit.platform;

import org.jspecify.annotations.NullMarked;
