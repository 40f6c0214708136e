/** The edge: WebSockets, REST, static files, authentication. Keeps cursors, never conversations. */
package io.reprise.gateway;
