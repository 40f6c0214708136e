package io.reprise.outgoing;

/**
 * What is different for one call, compared with the settings of all.
 *
 * @param hosts the only hosts that it may reach, also by redirects. A host that is allowed without being named must be on the
 *     public internet, whatever {@code outgoing.allow} says
 * @param timeMs its longest time, with all its redirects
 * @param bytesMax how much of the body is read; the rest is cut
 */
public record OutgoingTerms(HostList hosts, int timeMs, int bytesMax) {}
