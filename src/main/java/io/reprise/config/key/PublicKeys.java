package io.reprise.config.key;

import io.reprise.message.Json;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses public keys: PEM blocks ({@code PUBLIC KEY}, {@code CERTIFICATE}), or a JSON Web Key Set. Only keys for
 * signatures are used: RSA with at least 2048 bits, and EC on P-256, P-384 and P-521.
 */
public final class PublicKeys {
    /** The algorithms of signatures that public keys can verify (RFC 7518, section 3.1). */
    public static final Set<String> ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    private static final int RSA_BITS_MIN = 2_048;

    /** Limit of FIPS 186-5, section A.1.1. A longer exponent also makes verification more expensive. */
    private static final int RSA_EXPONENT_BITS_MAX = 256;

    private static final BigInteger RSA_EXPONENT_MIN = BigInteger.valueOf(3);
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private PublicKeys() {}

    /** @throws IllegalArgumentException with the error, without any part of the text */
    public static List<TokenKey> parse(String text) {
        return text.stripLeading().startsWith("{") ? ofKeySet(text) : ofPem(text);
    }

    /**
     * The keys of a set that can verify signatures. Other keys are ignored, including secret and unreadable ones; they
     * do not make the set invalid (RFC 7517, section 5).
     *
     * @throws IllegalArgumentException if the text is not a key set, or if it contains no usable key
     */
    public static List<TokenKey> ofKeySet(String json) {
        List<TokenKey> useful = keys(json).stream()
                .flatMap(key -> JsonWebKey.read(key).stream())
                .toList();
        if (useful.isEmpty()) throw new IllegalArgumentException("has no RSA or EC key for signatures");
        return useful;
    }

    private static List<?> keys(String json) {
        Object keys;
        try {
            Map<?, ?> set = Json.parse(json, Map.class);
            keys = set == null ? null : set.get("keys");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a JSON Web Key Set", e);
        }
        if (keys instanceof List<?> several) return several;
        throw new IllegalArgumentException("is not a JSON Web Key Set");
    }

    /** An RSA key with the exponent 1 is rejected, because anyone could sign. */
    static boolean isStrong(TokenKey rsa) {
        BigInteger exponent =
                new BigInteger(1, Base64.getUrlDecoder().decode(rsa.members().get("e")));
        return rsa.bits() >= RSA_BITS_MIN
                && exponent.compareTo(RSA_EXPONENT_MIN) >= 0
                && exponent.bitLength() <= RSA_EXPONENT_BITS_MAX
                && exponent.testBit(0);
    }

    private static List<TokenKey> ofPem(String text) {
        List<TokenKey> keys = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) keys.add(ofBlock(blocks.group(1), blocks.group(2)));
        if (keys.isEmpty()) throw new IllegalArgumentException("has neither PEM blocks nor a JSON Web Key Set");
        return List.copyOf(keys);
    }

    private static TokenKey ofBlock(String label, String base64) {
        try {
            byte[] der = ofBase64(base64);
            return switch (label) {
                case "PUBLIC KEY" -> ofDer(der);
                case "CERTIFICATE" ->
                    of(CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey());
                default ->
                    throw new IllegalArgumentException(
                            "has a block " + label + "; only PUBLIC KEY and CERTIFICATE are supported");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("has a block " + label + " that cannot be read", e);
        }
    }

    private static byte[] ofBase64(String text) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("no base64", e);
        }
    }

    private static TokenKey ofDer(byte[] der) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        PublicKey key;
        try {
            key = KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (GeneralSecurityException notRsa) {
            key = KeyFactory.getInstance("EC").generatePublic(spec);
        }
        return of(key);
    }

    private static TokenKey of(PublicKey key) throws GeneralSecurityException {
        return switch (key) {
            case RSAPublicKey rsa ->
                Optional.of(TokenKey.of(null, null, rsa))
                        .filter(PublicKeys::isStrong)
                        .orElseThrow(() -> new IllegalArgumentException("has an RSA key that is too weak"));
            case ECPublicKey ec ->
                Curve.of(ec.getParams())
                        .filter(curve -> curve.contains(ec.getW()))
                        .map(curve -> TokenKey.of(null, null, curve, ec.getW()))
                        .orElseThrow(() -> new IllegalArgumentException("has an EC key on an unknown curve"));
            default -> throw new InvalidKeySpecException("neither RSA nor EC");
        };
    }
}
