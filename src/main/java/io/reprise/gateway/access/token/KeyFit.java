package io.reprise.gateway.access.token;

import io.reprise.config.key.TokenKey;

/** Whether a key may verify signatures of an algorithm. The key decides, never the token alone. */
final class KeyFit {
    private KeyFit() {}

    static boolean fits(TokenKey key, String algorithm) {
        if (key.algorithm() != null && !key.algorithm().equals(algorithm)) return false;
        return switch (algorithm) {
            case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512" -> key.kind() == TokenKey.Kind.RSA;
            case "ES256" -> key.kind() == TokenKey.Kind.P256;
            case "ES384" -> key.kind() == TokenKey.Kind.P384;
            case "ES512" -> key.kind() == TokenKey.Kind.P521;
            // The key of an HMAC must not be shorter than its hash (RFC 7518, section 3.2).
            case "HS256", "HS384", "HS512" ->
                key.kind() == TokenKey.Kind.SECRET && key.bits() >= hashBytes(algorithm) * Byte.SIZE;
            default -> false;
        };
    }

    /** The length of every signature of this key with the algorithm (RFC 7518, section 3). */
    static int signatureBytes(TokenKey key, String algorithm) {
        int keyBytes = (key.bits() + Byte.SIZE - 1) / Byte.SIZE;
        return switch (key.kind()) {
            case RSA -> keyBytes;
            case P256, P384, P521 -> 2 * keyBytes;
            case SECRET -> hashBytes(algorithm);
        };
    }

    private static int hashBytes(String algorithm) {
        return Integer.parseInt(algorithm.substring(2)) / Byte.SIZE;
    }
}
