package io.reprise.push;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Encryption for one browser, which the push service cannot read: RFC 8291, in one record of {@code aes128gcm} (RFC 8188). */
final class PushEncryption {
    static final int AUTH_BYTES = 16;

    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int RECORD_BYTES = 4_096;
    private static final byte LAST_RECORD = 2;
    private static final byte[] BLOCK = {1};
    private static final SecureRandom RANDOM = new SecureRandom();

    private PushEncryption() {}

    /**
     * The body of a request.
     *
     * @param receiver point of the browser's key
     * @param auth the secret that the browser made with it
     */
    static byte[] encrypt(byte[] plain, byte[] receiver, byte[] auth) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return encrypt(plain, receiver, auth, P256.fresh(), salt);
    }

    /**
     * As above.
     *
     * @param sender keys for this message only
     * @param salt random
     */
    static byte[] encrypt(byte[] plain, byte[] receiver, byte[] auth, KeyPair sender, byte[] salt) {
        byte[] own = P256.point(sender.getPublic());
        byte[] agreed = P256.agreed(sender.getPrivate(), P256.publicKey(receiver));
        byte[] input = hmac(hmac(auth, agreed), bytes("WebPush: info\0"), receiver, own, BLOCK);
        byte[] secret = hmac(salt, input);
        byte[] key = Arrays.copyOf(hmac(secret, bytes("Content-Encoding: aes128gcm\0"), BLOCK), KEY_BYTES);
        byte[] nonce = Arrays.copyOf(hmac(secret, bytes("Content-Encoding: nonce\0"), BLOCK), NONCE_BYTES);
        byte[] record = Arrays.copyOf(plain, plain.length + 1);
        record[plain.length] = LAST_RECORD;
        byte[] sealed = sealed(record, key, nonce);
        return ByteBuffer.allocate(SALT_BYTES + Integer.BYTES + 1 + own.length + sealed.length)
                .put(salt)
                .putInt(RECORD_BYTES)
                .put((byte) own.length)
                .put(own)
                .put(sealed)
                .array();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sealed(byte[] record, byte[] key, byte[] nonce) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(record);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /** The steps of HKDF (RFC 5869): extract with the first arguments, expand by one block with the others. */
    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) mac.update(part);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
