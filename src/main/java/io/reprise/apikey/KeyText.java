package io.reprise.apikey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as people get it: {@code rpk_}, its id, and 256 random bits as 43 characters. A fast hash is enough to keep so
 * many bits secret.
 */
record KeyText(String id, String secret) {
    /** Of all keys, so that tools that look for secrets in files can find them. */
    static final String PREFIX = "rpk_";

    /** Of the ids of keys. */
    static final String ID_PREFIX = "k_";

    private static final int SECRET_BYTES = 32;
    private static final Pattern TEXT = Pattern.compile(PREFIX + "([A-Za-z0-9_-]{1,62})([A-Za-z0-9_-]{43})");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new secret for this id. */
    static KeyText make(String id) {
        byte[] bits = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bits);
        return new KeyText(id, Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
    }

    static Optional<KeyText> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new KeyText(ID_PREFIX + matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    String text() {
        return PREFIX + id.substring(ID_PREFIX.length()) + secret;
    }

    byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** In a time that does not depend on either; {@code stored}, what was found by the public id, may be null. */
    boolean matches(byte[] stored) {
        byte[] mine = hash();
        return MessageDigest.isEqual(mine, stored == null ? new byte[mine.length] : stored) && stored != null;
    }
}
