/**
 * One class per resource: a table from operationId to a method of a few lines that builds the bus request from the
 * checked call and turns the outcome into a reply. Start at ClubRoutes.
 */
@NullMarked
package dev.merit.router.routes;

import org.jspecify.annotations.NullMarked;
