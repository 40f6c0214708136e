package io.reprise.gateway.access.oidc;

import java.net.URI;
import java.util.Map;

/**
 * Addresses of the page, all at the origin of {@code server.publicUrl}.
 *
 * @param origin without a slash at its end
 */
record PageAddress(String origin) {
    /** Of a place on it, see {@link Attempt#place}. */
    String of(String place) {
        return origin + Attempt.place(place);
    }

    /** With the reason why a person did not get in; the fragment, by which the page knows the chat, stays. */
    String refused(SignInError error, String place) {
        String fine = Attempt.place(place);
        int fragment = fine.indexOf('#');
        return origin + "/?sign-in-error=" + error.wire() + (fragment < 0 ? "" : fine.substring(fragment));
    }

    /** Another address with more parameters. */
    static String with(URI address, Map<String, String> query) {
        String begun = address.getRawQuery() == null ? "?" : "&";
        return address + begun + TokenEndpoint.encoded(query);
    }
}
