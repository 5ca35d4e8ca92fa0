/** The clients: they load the nodes as a balancer in front would, journal everything, and repeat what they do not know. */
@NullMarked
package dev.merit.chaos.till;

import org.jspecify.annotations.NullMarked;
