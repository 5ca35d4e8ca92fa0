/** What the database is asked: the auditors' views, and the columns behind them that name the request. Read only. */
@NullMarked
package dev.merit.chaos.store;

import org.jspecify.annotations.NullMarked;
