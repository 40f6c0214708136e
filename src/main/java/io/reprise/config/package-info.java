/**
 * Typed settings: {@link io.reprise.config.Settings} is one immutable snapshot, read from {@code conf/reprise.yaml}
 * with environment variables over it, and refused as a whole with every problem named.
 */
package io.reprise.config;
