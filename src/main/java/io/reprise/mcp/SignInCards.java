package io.reprise.mcp;

import io.reprise.message.inquiry.Inquiry;
import java.util.Optional;

/** How a person is asked to sign in to a server. */
@FunctionalInterface
interface SignInCards {
    /** Nobody signs in. */
    SignInCards NONE = challenge -> Optional.empty();

    /**
     * The question that is put to the person.
     *
     * @param challenge what the server demands, as it says it; empty if it says nothing
     * @return empty if this person cannot sign in
     */
    Optional<Inquiry> card(String challenge);
}
