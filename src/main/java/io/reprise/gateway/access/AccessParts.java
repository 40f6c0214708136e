package io.reprise.gateway.access;

import io.reprise.account.SignInStore;
import io.reprise.apikey.ApiKeys;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.message.Rights;
import java.util.function.BooleanSupplier;

/**
 * Access control shared by the gateways of a node.
 *
 * @param keys that verify what clients bring
 * @param oidcSecret of this server at the provider of {@code auth.oidc}; null: a public client
 * @param cookieSecret signs the cookies of the page; the same on all nodes
 * @param apiKeys of people
 * @param signIns of people, with {@code auth.oidc}
 * @param passesTokens whether some servers may be sent the tokens that people bring
 */
public record AccessParts(
        Verifiers.Keys keys,
        String oidcSecret,
        byte[] cookieSecret,
        ApiKeys apiKeys,
        SignInStore signIns,
        BooleanSupplier passesTokens,
        Rights rights,
        RateLimits limits) {}
