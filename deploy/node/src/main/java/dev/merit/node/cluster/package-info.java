/** How nodes find each other, and how one finds out that it is cut off. Start at ClusterJoin. */
@NullMarked
package dev.merit.node.cluster;

import org.jspecify.annotations.NullMarked;
