package io.reprise.gateway.access.oidc;

import java.util.Locale;

/** Why a person did not get in: the stable codes that the page is told. */
public enum SignInError {
    /** The person, or the provider, said no. */
    DENIED,
    /** This browser did not begin this sign-in, or too long ago, or it was finished before. */
    EXPIRED,
    /** The clocks of provider and server differ by more than {@code auth.clockSkewMs}. */
    CLOCK,
    PROVIDER_UNAVAILABLE,
    /** It refused for a reason that the person cannot change, such as a wrong secret of the client. */
    PROVIDER_ERROR,
    /** Its answer cannot be trusted: issuer, audience, signature, algorithm or nonce. */
    TOKEN_REFUSED,
    NO_ROLE,
    BLOCKED,
    TOO_MANY_REQUESTS,
    /** The store of this server does not answer. */
    UNAVAILABLE;

    /** Whether it counts as a failed sign-in of the address; not what the provider did, or the person wished. */
    public boolean counts() {
        return this == EXPIRED || this == TOKEN_REFUSED;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
