/** Event loops: how late they are, and warnings of blocked ones. */
package io.reprise.telemetry.loop;
