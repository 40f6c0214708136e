package io.reprise.gateway.access;

import io.reprise.gateway.access.token.Verifiers;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.message.Rights;

/**
 * Access control shared by the gateways of a node.
 *
 * @param keys verify tokens of clients
 * @param cookieSecret signs the cookies of the page; the same on all nodes
 */
public record AccessParts(Verifiers.Keys keys, byte[] cookieSecret, Rights rights, RateLimits limits) {}
