package io.reprise.secret;

import io.reprise.config.storage.SecretSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets with AES-256-GCM (NIST SP 800-38D). Sealed bytes are: a version (1 byte), the id of the key (8), a random nonce
 * (12), the encrypted secret, an authentication tag (16). Version, id of the key and {@link SecretPlace} are authenticated with
 * the secret. Thread-safe.
 */
public final class SecretBox {
    /** Version and id of the key, with which everything begins that a key has sealed. */
    public static final int HEADER_BYTES = 9;

    private static final byte VERSION = 1;
    private static final int ID_BYTES = 8;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int TAG_BITS = 8 * TAG_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Key newest;
    private final Map<ByteBuffer, Key> byHeader = new LinkedHashMap<>();

    /** A key as it is used: what operators give is only hashed, so that any text of enough length will do. */
    private record Key(byte[] header, SecretKeySpec cipher) {
        static Key of(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (bytes.length < SecretSettings.KEY_BYTES_MIN) throw new IllegalArgumentException("a key is too short");
            byte[] id = Arrays.copyOf(derived(bytes, "reprise secrets: id of the key"), ID_BYTES);
            byte[] header =
                    ByteBuffer.allocate(HEADER_BYTES).put(VERSION).put(id).array();
            return new Key(header, new SecretKeySpec(derived(bytes, "reprise secrets: AES-256-GCM"), "AES"));
        }

        private static byte[] derived(byte[] key, String use) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                return mac.doFinal(use.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
            }
        }
    }

    /**
     * @param keys newest first: it seals, all of them open
     * @throws IllegalArgumentException if there is none, or one has less than {@link SecretSettings#KEY_BYTES_MIN} bytes
     */
    public SecretBox(List<String> keys) {
        if (keys.isEmpty()) throw new IllegalArgumentException("no key");
        List<Key> all = keys.stream().map(Key::of).toList();
        newest = all.getFirst();
        all.forEach(key -> byHeader.put(ByteBuffer.wrap(key.header()), key));
    }

    /** Seals with the newest key. */
    public byte[] seal(byte[] plain, SecretPlace place) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, newest, nonce, place).doFinal(plain);
            return ByteBuffer.allocate(HEADER_BYTES + NONCE_BYTES + sealed.length)
                    .put(newest.header())
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /** Empty if none of the keys sealed it, if it belongs to another place, or if it was modified. */
    public Optional<byte[]> open(byte[] sealed, SecretPlace place) {
        if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) return Optional.empty();
        Key key = byHeader.get(ByteBuffer.wrap(sealed, 0, HEADER_BYTES));
        if (key == null) return Optional.empty();
        byte[] nonce = Arrays.copyOfRange(sealed, HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
        int begin = HEADER_BYTES + NONCE_BYTES;
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, place);
            return Optional.of(cipher.doFinal(sealed, begin, sealed.length - begin));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** What the newest key seals begins with this; what begins otherwise should be sealed again. */
    public byte[] newestHeader() {
        return newest.header().clone();
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, SecretPlace place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.cipher(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(key.header());
        cipher.updateAAD(place.text().getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
