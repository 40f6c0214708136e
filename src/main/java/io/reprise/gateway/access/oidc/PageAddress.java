package io.reprise.gateway.access.oidc;

import java.net.URI;
import java.util.Map;

/**
 * Addresses of the page, all at the origin of {@code server.publicUrl}.
 *
 * @param origin without a slash at its end
 */
record PageAddress(String origin) {
    /** The address of a place on the page, see {@link Attempt#place}. */
    String of(String place) {
        return origin + Attempt.place(place);
    }

    /** Adds the error code of a failed sign-in; keeps the fragment, which names the chat. */
    String refused(SignInError error, String place) {
        String fine = Attempt.place(place);
        int fragment = fine.indexOf('#');
        return origin + "/?sign-in-error=" + error.wire() + (fragment < 0 ? "" : fine.substring(fragment));
    }

    /** Adds parameters to another address. */
    static String with(URI address, Map<String, String> query) {
        String begun = address.getRawQuery() == null ? "?" : "&";
        return address + begun + TokenEndpoint.encoded(query);
    }
}
