package io.reprise.config.key;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECPoint;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the keys of a set (RFC 7517) one by one; unreadable keys and keys that are not for signatures are ignored. */
final class JsonWebKey {
    private JsonWebKey() {}

    static Optional<TokenKey> read(Object entry) {
        if (!(entry instanceof Map<?, ?> key)) return Optional.empty();
        try {
            return verifiesSignatures(key) ? ofKind(key) : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean verifiesSignatures(Map<?, ?> key) {
        String use = text(key, "use");
        if (use != null && !use.equals("sig")) return false;
        Object operations = key.get("key_ops");
        if (operations != null && !(operations instanceof List<?> several && several.contains("verify"))) return false;
        String algorithm = text(key, "alg");
        return algorithm == null || PublicKeys.ALGORITHMS.contains(algorithm);
    }

    private static Optional<TokenKey> ofKind(Map<?, ?> key) throws GeneralSecurityException {
        return switch (needed(key, "kty")) {
            case "RSA" -> Optional.of(rsa(key)).filter(PublicKeys::isStrong);
            case "EC" -> Curve.of(needed(key, "crv")).map(curve -> ec(curve, key));
            default -> Optional.empty();
        };
    }

    private static TokenKey rsa(Map<?, ?> key) throws GeneralSecurityException {
        RSAPublicKeySpec spec = new RSAPublicKeySpec(number(key, "n"), number(key, "e"));
        RSAPublicKey read = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
        return TokenKey.of(text(key, "kid"), text(key, "alg"), read);
    }

    private static TokenKey ec(Curve curve, Map<?, ?> key) {
        ECPoint point = new ECPoint(number(key, "x"), number(key, "y"));
        if (!curve.contains(point)) throw new IllegalArgumentException("a point that is not on its curve");
        return TokenKey.of(text(key, "kid"), text(key, "alg"), curve, point);
    }

    private static BigInteger number(Map<?, ?> key, String name) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(needed(key, name)));
    }

    private static String needed(Map<?, ?> key, String name) {
        String text = text(key, name);
        if (text == null) throw new IllegalArgumentException(name + " is absent");
        return text;
    }

    private static String text(Map<?, ?> key, String name) {
        return switch (key.get(name)) {
            case null -> null;
            case String text -> text;
            default -> throw new IllegalArgumentException(name + " is no text");
        };
    }
}
