package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;
import io.vertx.core.Future;
import java.util.List;

/** Port: keys that may have signed a token. */
public interface KeySource {
    /** Finds keys for a token's header. The future never fails. Called on the event loop; must not block. */
    Future<Lookup> find(TokenHead head);

    /**
     * The keys for the header that were fetched after the previous ones could not verify the token; empty if there are
     * none. The future never fails.
     */
    default Future<List<TokenKey>> newer(TokenHead head) {
        return Future.succeededFuture(List.of());
    }

    /** The result of a look-up. */
    sealed interface Lookup {
        /** @param keys keys for the header; empty if no known key signed the token */
        record Found(List<TokenKey> keys) implements Lookup {}

        /** The keys are unavailable; retry after {@code afterMs}. */
        record Away(long afterMs) implements Lookup {}
    }

    /** A fixed set of keys. A key without an identifier matches every {@code kid}, because keys in PEM have none. */
    static KeySource of(List<TokenKey> keys) {
        return head -> Future.succeededFuture(new Lookup.Found(keys.stream()
                .filter(key -> KeyFit.fits(key, head.algorithm()))
                .filter(key ->
                        key.id() == null || head.keyId() == null || key.id().equals(head.keyId()))
                .toList()));
    }
}
