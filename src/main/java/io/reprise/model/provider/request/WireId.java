package io.reprise.model.provider.request;

import io.reprise.support.Digest;

/** Ids of tool calls as every provider takes them: Mistral wants nine letters and digits, no more and no less. */
final class WireId {
    private static final int LENGTH = 9;

    private WireId() {}

    /** The same for the same id, so that a call and its outcome find each other and a prompt stays cacheable. */
    static String of(String id) {
        return Digest.of(id).replaceAll("[^A-Za-z0-9]", "").substring(0, LENGTH);
    }
}
