package io.reprise.gateway.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import java.util.List;

/** Where the keys come from that may have signed a token. */
public interface KeySource {
    /** Never fails; called on the event loop and not blocking. */
    Future<Lookup> find(JWSHeader header);

    /**
     * The keys that suit the header and are newer than those that did not verify its token; empty when there are none.
     * Never fails.
     */
    default Future<List<JWK>> newer(JWSHeader header) {
        return Future.succeededFuture(List.of());
    }

    /** What came of the search. */
    sealed interface Lookup {
        /** @param keys that suit the header; empty: nobody known signed it */
        record Found(List<JWK> keys) implements Lookup {}

        /** The keys cannot be had now; try again after {@code afterMs}. */
        record Away(long afterMs) implements Lookup {}
    }

    /** Keys that do not change. One without an identifier suits every {@code kid}, as keys in PEM have none. */
    static KeySource of(List<JWK> keys) {
        return header -> Future.succeededFuture(new Lookup.Found(keys.stream()
                .filter(key -> KeyFit.fits(key, header))
                .filter(key -> key.getKeyID() == null
                        || header.getKeyID() == null
                        || key.getKeyID().equals(header.getKeyID()))
                .toList()));
    }
}
