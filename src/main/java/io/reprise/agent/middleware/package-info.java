/**
 * Code that runs at certain points of every step of a run, and the built-in kinds of it; the port is {@link
 * io.reprise.agent.middleware.Middleware}.
 */
package io.reprise.agent.middleware;
