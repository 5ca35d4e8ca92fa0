/**
 * Discovery: what there is to join, for members and for strangers. It owns nothing and asks the others.
 *
 * <p>{@code DiscoveryVerticle} routes; {@code app} asks points, stamps, vouchers and keys, and puts their answers
 * together; {@code domain} reads links and numbers, and fetches nothing. Start at
 * {@link dev.merit.discovery.DiscoveryVerticle}.
 */
@NullMarked
package dev.merit.discovery;

import org.jspecify.annotations.NullMarked;
