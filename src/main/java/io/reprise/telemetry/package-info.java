/** Metrics, and log lines as text or JSON. */
package io.reprise.telemetry;
