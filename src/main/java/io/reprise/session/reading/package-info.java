/** What readers of a session are sent: verdicts, pages of the past, and live events. */
package io.reprise.session.reading;
