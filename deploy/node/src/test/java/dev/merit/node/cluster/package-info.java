@NullMarked
package dev.merit.node.cluster;

import org.jspecify.annotations.NullMarked;
