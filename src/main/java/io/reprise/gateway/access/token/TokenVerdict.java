package io.reprise.gateway.access.token;

import java.util.List;

/** The result of verifying a token. */
public sealed interface TokenVerdict {
    /**
     * @param roles of user, staff, admin; may be empty
     * @param expiresAtMs time from which the token is not accepted
     */
    record Good(String user, List<String> roles, long expiresAtMs) implements TokenVerdict {
        public Good {
            roles = List.copyOf(roles);
        }
    }

    /** The token was valid, but has expired. */
    record Expired() implements TokenVerdict {}

    /** @param reason for the log; contains nothing of the token */
    record Bad(String reason) implements TokenVerdict {}

    /**
     * The token cannot be verified now, because the keys are unavailable.
     *
     * @param afterMs time after which to retry
     */
    record Unknown(long afterMs) implements TokenVerdict {}
}
