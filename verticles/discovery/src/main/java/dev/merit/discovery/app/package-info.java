/**
 * The use cases of discovery: each asks the other domains and puts their answers together. Start at DiscoveryService.
 */
@NullMarked
package dev.merit.discovery.app;

import org.jspecify.annotations.NullMarked;
