package io.reprise.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of bodies that servers send each other: HMAC-SHA256 over the time stamp as it is in its header, a dot, and the
 * bytes of the body; written {@code sha256=} and 64 hexadecimal digits.
 */
public final class BodySignature {
    /** When it was signed, in seconds since the epoch. */
    public static final String TIMESTAMP = "X-Reprise-Timestamp";

    public static final String SIGNATURE = "X-Reprise-Signature";

    /** Names what is delivered: the same name, the same delivery. */
    public static final String DELIVERY = "X-Reprise-Delivery";

    private static final String PREFIX = "sha256=";
    private static final String HMAC = "HmacSHA256";
    private static final int BYTES = 32;

    private BodySignature() {}

    /** @param secret as it was given to the person */
    public static String of(String secret, String timestamp, byte[] body) {
        return PREFIX + HexFormat.of().formatHex(hmac(secret, timestamp, body));
    }

    /**
     * Whether the signature is the right one. Takes the same time for every wrong one.
     *
     * @param signature with or without the prefix
     */
    public static boolean matches(String secret, String timestamp, byte[] body, String signature) {
        byte[] given = bytes(signature).orElse(new byte[BYTES]);
        return MessageDigest.isEqual(hmac(secret, timestamp, body), given);
    }

    /** The signature in one spelling; empty if it is none. */
    public static Optional<String> plain(String signature) {
        return bytes(signature).map(HexFormat.of()::formatHex);
    }

    private static Optional<byte[]> bytes(String signature) {
        String text = signature.strip();
        String digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        try {
            byte[] bytes = HexFormat.of().parseHex(digits.toLowerCase(Locale.ROOT));
            return bytes.length == BYTES ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] hmac(String secret, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
            mac.update(timestamp.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) '.');
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
