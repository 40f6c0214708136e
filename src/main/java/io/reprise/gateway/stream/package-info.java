/** Event streams: a session as server-sent events. */
package io.reprise.gateway.stream;
