package io.reprise.gateway.access.oidc;

import java.util.Locale;

/** Stable error codes of failed sign-ins, for the page. */
public enum SignInError {
    /** The person or the provider refused. */
    DENIED,
    /** This browser did not start this sign-in, or it has expired or was already finished. */
    EXPIRED,
    /** The clocks of provider and server differ by more than {@code auth.clockSkewMs}. */
    CLOCK,
    PROVIDER_UNAVAILABLE,
    /** The provider refused for a reason that the person cannot change, such as a wrong secret of the client. */
    PROVIDER_ERROR,
    /** The answer of the provider is invalid: issuer, audience, signature, algorithm or nonce. */
    TOKEN_REFUSED,
    NO_ROLE,
    BLOCKED,
    TOO_MANY_REQUESTS,
    /** The store of this server does not answer. */
    UNAVAILABLE;

    /** Whether it counts as a failed sign-in of the address. Failures of the provider and refusals of the person do not. */
    public boolean counts() {
        return this == EXPIRED || this == TOKEN_REFUSED;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
