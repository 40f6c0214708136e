/** Settings of traces. */
package io.reprise.config.tracing;
