/**
 * A client of the wire protocol for programs in Java: one socket, many sessions, exact resume, idempotent commands. It is also a jar
 * of its own and needs only vertx-core and jackson-core. Begin with {@link io.reprise.client.RepriseClient}.
 */
package io.reprise.client;
