package io.reprise.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.List;

/** Keys and tokens as identity providers make them. */
public final class Signed {
    private Signed() {}

    /** A fresh RSA key of 2048 bits. */
    public static RSAKey rsa(String kid) {
        return rsa(kid, 2048);
    }

    public static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    public static ECKey ec(Curve curve, String kid) {
        try {
            return new ECKeyGenerator(curve).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** What a server reads of the keys when they are published. */
    public static List<TokenKey> published(JWK... keys) {
        return PublicKeys.ofKeySet(new JWKSet(List.of(keys)).toString(true));
    }

    /** A token with these claims; its header names the key if it has an identifier. */
    public static String by(JWK key, String algorithm, JsonObject claims) {
        return by(
                key,
                new JWSHeader.Builder(JWSAlgorithm.parse(algorithm))
                        .keyID(key.getKeyID())
                        .build(),
                claims);
    }

    /** Signs any two texts as header and claims, including those that no library would write. */
    public static String anything(JWK key, String algorithm, String header, String claims) {
        return anything(
                key, algorithm, header.getBytes(StandardCharsets.UTF_8), claims.getBytes(StandardCharsets.UTF_8));
    }

    public static String anything(JWK key, String algorithm, byte[] header, byte[] claims) {
        JWSAlgorithm parsed = JWSAlgorithm.parse(algorithm);
        String input = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        try {
            JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, parsed);
            return input + "." + signer.sign(new JWSHeader(parsed), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A fresh RSA key of 1024 bits, which no library would make. */
    public static KeyPair weak() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1_024);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A token of RS256 by a key with which no library would sign. */
    public static String byWeak(KeyPair key, String header, String claims) {
        String input = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + Base64URL.encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static String by(JWK key, JWSHeader header, JsonObject claims) {
        try {
            JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm());
            JWSObject jws = new JWSObject(header, new Payload(claims.encode()));
            jws.sign(signer);
            return jws.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
