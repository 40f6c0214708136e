/** The port to traces: spans, and the names of their attributes. Nothing here knows who collects them. */
package io.reprise.telemetry.trace;
