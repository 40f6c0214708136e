package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.vertx.core.Future;
import java.util.List;

/** Port: keys that may have signed a token. */
public interface KeySource {
    /** Never fails; called on the event loop and not blocking. */
    Future<Lookup> find(TokenHead head);

    /**
     * The keys that suit the header and are newer than those that did not verify its token; empty when there are none.
     * Never fails.
     */
    default Future<List<TokenKey>> newer(TokenHead head) {
        return Future.succeededFuture(List.of());
    }

    /** The result of a look-up. */
    sealed interface Lookup {
        /** @param keys that suit the header; empty: nobody known signed it */
        record Found(List<TokenKey> keys) implements Lookup {}

        /** The keys are unavailable; retry after {@code afterMs}. */
        record Away(long afterMs) implements Lookup {}
    }

    /** Keys that do not change. One without an identifier suits every {@code kid}, as keys in PEM have none. */
    static KeySource of(List<TokenKey> keys) {
        return head -> Future.succeededFuture(new Lookup.Found(keys.stream()
                .filter(key -> KeyFit.fits(key, head.algorithm()))
                .filter(key ->
                        key.id() == null || head.keyId() == null || key.id().equals(head.keyId()))
                .toList()));
    }
}
