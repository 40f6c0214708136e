/** Traces over the SDK of OpenTelemetry. Its classes are loaded only if traces are switched on. */
package io.reprise.telemetry.otel;
