package io.reprise.gateway.access.token;

import java.util.List;

/** The result of verifying a token. */
public sealed interface TokenVerdict {
    /**
     * @param roles of user, staff, admin; may be empty
     * @param expiresAtMs from when on it is not taken any more
     */
    record Good(String user, List<String> roles, long expiresAtMs) implements TokenVerdict {
        public Good {
            roles = List.copyOf(roles);
        }
    }

    /** It was valid before. */
    record Expired() implements TokenVerdict {}

    /** @param reason for the log; says nothing of the token's content */
    record Bad(String reason) implements TokenVerdict {}

    /**
     * Nobody can tell now, because the keys cannot be had.
     *
     * @param afterMs when to try again
     */
    record Unknown(long afterMs) implements TokenVerdict {}
}
