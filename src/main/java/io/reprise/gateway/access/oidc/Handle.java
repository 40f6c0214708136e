package io.reprise.gateway.access.oidc;

import io.reprise.support.Digest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * The part of a sign-in that the browser stores.
 *
 * @param name random; the store contains its hash
 * @param key decrypts the content in the store; only the browser has it
 */
record Handle(byte[] name, byte[] key) {
    private static final int NAME_BYTES = 16;

    static Handle fresh() {
        return new Handle(Sealer.random(NAME_BYTES), Sealer.random(Sealer.KEY_BYTES));
    }

    /** Empty if the text is not a handle. */
    static Optional<Handle> read(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length != NAME_BYTES + Sealer.KEY_BYTES) return Optional.empty();
            return Optional.of(
                    new Handle(Arrays.copyOf(bytes, NAME_BYTES), Arrays.copyOfRange(bytes, NAME_BYTES, bytes.length)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The id of the sign-in in the store. */
    String id() {
        return Digest.of(Attempt.base64(name));
    }

    Sealer sealer() {
        return new Sealer(key);
    }

    String text() {
        byte[] bytes = Arrays.copyOf(name, NAME_BYTES + Sealer.KEY_BYTES);
        System.arraycopy(key, 0, bytes, NAME_BYTES, Sealer.KEY_BYTES);
        return Attempt.base64(bytes);
    }
}
