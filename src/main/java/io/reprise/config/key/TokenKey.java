package io.reprise.config.key;

import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.Map;

/**
 * A key that verifies tokens, reduced to the members of a JSON Web Key that its type needs (RFC 7518, section 6). Other
 * members, such as certificates, are dropped.
 *
 * @param id {@code kid}, or null
 * @param algorithm the only allowed algorithm, or null for all algorithms of its kind
 * @param bits length of the modulus, the field or the secret
 * @param members members by name; all values except {@code kty} and {@code crv} are base64url without padding
 */
public record TokenKey(Kind kind, String id, String algorithm, int bits, Map<String, String> members) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** The type of the key: a public RSA key, a public key on one of the curves, or a secret for HMAC. */
    public enum Kind {
        RSA,
        P256,
        P384,
        P521,
        SECRET
    }

    public TokenKey {
        members = Map.copyOf(members);
    }

    static TokenKey of(String id, String algorithm, RSAPublicKey key) {
        BigInteger modulus = key.getModulus();
        Map<String, String> members =
                Map.of("kty", "RSA", "n", text(modulus, 0), "e", text(key.getPublicExponent(), 0));
        return new TokenKey(Kind.RSA, id, algorithm, modulus.bitLength(), members);
    }

    static TokenKey of(String id, String algorithm, Curve curve, ECPoint point) {
        Map<String, String> members = Map.of(
                "kty", "EC",
                "crv", curve.id(),
                "x", text(point.getAffineX(), curve.coordinateBytes()),
                "y", text(point.getAffineY(), curve.coordinateBytes()));
        return new TokenKey(curve.kind(), id, algorithm, curve.bits(), members);
    }

    public static TokenKey ofSecret(byte[] secret) {
        Map<String, String> members = Map.of("kty", "oct", "k", BASE64.encodeToString(secret));
        return new TokenKey(Kind.SECRET, null, null, secret.length * Byte.SIZE, members);
    }

    /** Encodes a number as big-endian, unsigned bytes, padded with zeros to a minimum length. */
    private static String text(BigInteger number, int bytesMin) {
        byte[] signed = number.toByteArray();
        int from = signed[0] == 0 && signed.length > 1 ? 1 : 0;
        int length = signed.length - from;
        byte[] bytes = new byte[Math.max(length, bytesMin)];
        System.arraycopy(signed, from, bytes, bytes.length - length, length);
        return BASE64.encodeToString(bytes);
    }

    /** Omits the members, because one of them may be a secret. */
    @Override
    public String toString() {
        return "TokenKey[" + kind + ", id=" + id + ", algorithm=" + algorithm + "]";
    }
}
