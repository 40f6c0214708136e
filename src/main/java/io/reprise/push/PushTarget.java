package io.reprise.push;

import io.reprise.message.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Where a browser receives messages and how they are encrypted for it. Whoever knows it can send to the browser, so it is
 * stored sealed.
 *
 * @param endpoint URL at a push service
 * @param p256dh point of the browser's key, in URL-safe base64
 * @param auth a secret of the browser, likewise
 */
public record PushTarget(String endpoint, String p256dh, String auth) {
    /** @throws IllegalArgumentException with a sentence for people if nothing can be encrypted with the keys */
    public PushTarget {
        try {
            P256.publicKey(decoded(p256dh));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "keys.p256dh is not an uncompressed point of P-256 in URL-safe base64.", e);
        }
        if (bytesOrNone(auth).length != PushEncryption.AUTH_BYTES) {
            throw new IllegalArgumentException("keys.auth is not 16 bytes in URL-safe base64.");
        }
    }

    byte[] encrypted(byte[] plain) {
        return PushEncryption.encrypt(plain, decoded(p256dh), decoded(auth));
    }

    byte[] bytes() {
        return Json.text(Map.of("endpoint", endpoint, "p256dh", p256dh, "auth", auth))
                .getBytes(StandardCharsets.UTF_8);
    }

    static PushTarget of(byte[] bytes) {
        Map<?, ?> stored = Json.parse(new String(bytes, StandardCharsets.UTF_8), Map.class);
        return new PushTarget(text(stored, "endpoint"), text(stored, "p256dh"), text(stored, "auth"));
    }

    private static String text(Map<?, ?> stored, String key) {
        return String.valueOf(stored.get(key));
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    private static byte[] bytesOrNone(String text) {
        try {
            return decoded(text);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
