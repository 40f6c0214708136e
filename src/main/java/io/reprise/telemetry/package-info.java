/** What the process tells about itself: its log lines, as text for people or JSON for machines. */
package io.reprise.telemetry;
