/**
 * Typed settings. {@link io.reprise.config.Settings} is one immutable snapshot, read from {@code conf/reprise.yaml} and
 * environment variables. Invalid settings are refused as a whole, and every problem is listed.
 */
package io.reprise.config;
