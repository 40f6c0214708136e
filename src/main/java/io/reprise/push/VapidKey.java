package io.reprise.push;

import io.reprise.message.Json;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The key by which push services know this server (VAPID, RFC 8292). Browsers bind their subscriptions to its public part. */
final class VapidKey {
    /** Shorter than the day that push services accept. */
    private static final int TOKEN_S = 12 * 3_600;

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey key;
    private final byte[] point;

    private VapidKey(PrivateKey key, byte[] point) {
        this.key = key;
        this.point = point;
    }

    static VapidKey fresh() {
        KeyPair pair = P256.fresh();
        return new VapidKey(pair.getPrivate(), P256.point(pair.getPublic()));
    }

    /** @param bytes of {@link #bytes} */
    static VapidKey of(byte[] bytes) {
        return new VapidKey(
                P256.privateKey(Arrays.copyOf(bytes, P256.NUMBER_BYTES)),
                Arrays.copyOfRange(bytes, P256.NUMBER_BYTES, bytes.length));
    }

    /** Both parts, to be sealed. */
    byte[] bytes() {
        return ByteBuffer.allocate(P256.NUMBER_BYTES + P256.POINT_BYTES)
                .put(P256.number(key))
                .put(point)
                .array();
    }

    /** The public part, as browsers are given it. */
    String publicText() {
        return BASE64.encodeToString(point);
    }

    /**
     * The header {@code Authorization} of a request.
     *
     * @param contact of the operator, {@code mailto:} or {@code https:}; empty: none
     */
    String authorization(String endpoint, String contact, long nowMs) {
        Map<String, Object> claims = new LinkedHashMap<>();
        URI url = URI.create(endpoint);
        claims.put("aud", url.getScheme() + "://" + url.getRawAuthority());
        claims.put("exp", nowMs / 1_000 + TOKEN_S);
        if (!contact.isEmpty()) claims.put("sub", contact);
        String text = part(Map.of("typ", "JWT", "alg", "ES256")) + "." + part(claims);
        byte[] signature = P256.signature(key, text.getBytes(StandardCharsets.US_ASCII));
        return "vapid t=" + text + "." + BASE64.encodeToString(signature) + ", k=" + publicText();
    }

    private static String part(Map<String, ?> content) {
        return BASE64.encodeToString(Json.text(content).getBytes(StandardCharsets.UTF_8));
    }
}
