package io.reprise.testing;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The side of a browser that receives push messages: its keys, and how it reads what it receives (RFC 8291, 8188). */
public final class PushBrowser {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_BASE64 = Base64.getUrlDecoder();

    private final PrivateKey key;
    private final byte[] point;
    private final byte[] auth;

    private PushBrowser(PrivateKey key, byte[] point, byte[] auth) {
        this.key = key;
        this.point = point;
        this.auth = auth;
    }

    public static PushBrowser fresh() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            ECPoint w = ((ECPublicKey) pair.getPublic()).getW();
            byte[] point = ByteBuffer.allocate(65)
                    .put((byte) 4)
                    .put(number(w.getAffineX()))
                    .put(number(w.getAffineY()))
                    .array();
            byte[] auth = new byte[16];
            new SecureRandom().nextBytes(auth);
            return new PushBrowser(pair.getPrivate(), point, auth);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** With known keys, in URL-safe base64. */
    public static PushBrowser of(String privateKey, String publicKey, String auth) {
        try {
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new ECPrivateKeySpec(new BigInteger(1, FROM_BASE64.decode(privateKey)), curve()));
            return new PushBrowser(key, FROM_BASE64.decode(publicKey), FROM_BASE64.decode(auth));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What the page sends to the server. */
    public JsonObject subscription(String name, String endpoint) {
        return new JsonObject()
                .put("name", name)
                .put("endpoint", endpoint)
                .put("keys", new JsonObject().put("p256dh", publicKey()).put("auth", auth()));
    }

    public String publicKey() {
        return BASE64.encodeToString(point);
    }

    public String auth() {
        return BASE64.encodeToString(auth);
    }

    /** The text of a message; fails if it is not one for this browser. */
    public String read(byte[] body) {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            byte[] salt = new byte[16];
            in.get(salt);
            if (in.getInt() < body.length - 86) throw new AssertionError("more than one record");
            byte[] sender = new byte[in.get()];
            in.get(sender);
            byte[] encrypted = new byte[in.remaining()];
            in.get(encrypted);
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(key);
            agreement.doPhase(publicKeyOf(sender), true);
            byte[] info = ByteBuffer.allocate(14 + 130)
                    .put("WebPush: info\0".getBytes(StandardCharsets.US_ASCII))
                    .put(point)
                    .put(sender)
                    .array();
            byte[] secret = hkdf(auth, agreement.generateSecret(), info, 32);
            byte[] contentKey = hkdf(salt, secret, ascii("Content-Encoding: aes128gcm\0"), 16);
            byte[] nonce = hkdf(salt, secret, ascii("Content-Encoding: nonce\0"), 12);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new GCMParameterSpec(128, nonce));
            byte[] record = cipher.doFinal(encrypted);
            if (record[record.length - 1] != 2) throw new AssertionError("not the last record");
            return new String(record, 0, record.length - 1, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("not for this browser", e);
        }
    }

    /** The claims of a header {@code Authorization}; fails if the key that it names did not sign them. */
    public static JsonObject claims(String authorization) {
        String[] parts = authorization.substring("vapid t=".length()).split(", k=");
        int end = parts[0].lastIndexOf('.');
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(publicKeyOf(FROM_BASE64.decode(parts[1])));
            signature.update(ascii(parts[0].substring(0, end)));
            if (!signature.verify(FROM_BASE64.decode(parts[0].substring(end + 1))))
                throw new AssertionError("signature");
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        String[] token = parts[0].split("\\.");
        JsonObject header = new JsonObject(new String(FROM_BASE64.decode(token[0]), StandardCharsets.UTF_8));
        if (!header.getString("alg").equals("ES256")) throw new AssertionError(header.encode());
        return new JsonObject(new String(FROM_BASE64.decode(token[1]), StandardCharsets.UTF_8));
    }

    private static PublicKey publicKeyOf(byte[] point) throws GeneralSecurityException {
        ECPoint w = new ECPoint(
                new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                new BigInteger(1, Arrays.copyOfRange(point, 33, 65)));
        return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(w, curve()));
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static byte[] hkdf(byte[] salt, byte[] input, byte[] info, int length) throws GeneralSecurityException {
        byte[] key = hmac(salt, input);
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return Arrays.copyOf(hmac(key, block), length);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }
}
