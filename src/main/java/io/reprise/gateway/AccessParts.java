package io.reprise.gateway;

import io.reprise.gateway.token.Verifiers;

/**
 * By what the gateways of a node tell who may do what.
 *
 * @param keys that verify what clients bring
 */
public record AccessParts(Verifiers.Keys keys) {}
