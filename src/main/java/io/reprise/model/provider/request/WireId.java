package io.reprise.model.provider.request;

import io.reprise.support.Digest;

/** Ids of tool calls in a form that every provider accepts: Mistral requires exactly nine letters and digits. */
final class WireId {
    private static final int LENGTH = 9;

    private WireId() {}

    /** The same id always gives the same result, so that a call and its outcome match and prompts can be cached. */
    static String of(String id) {
        return Digest.of(id).replaceAll("[^A-Za-z0-9]", "").substring(0, LENGTH);
    }
}
