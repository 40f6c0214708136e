package io.reprise.gateway.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;

/** Whether a key may verify a signature of an algorithm: the key decides, never the token alone. */
final class KeyFit {
    private KeyFit() {}

    static boolean fits(JWK key, JWSHeader header) {
        JWSAlgorithm algorithm = header.getAlgorithm();
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) return false;
        return switch (key) {
            case RSAKey rsa -> JWSAlgorithm.Family.RSA.contains(algorithm);
            case ECKey ec ->
                JWSAlgorithm.Family.EC.contains(algorithm)
                        && Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve());
            // The key of an HMAC must not be shorter than its hash: RFC 7518, section 3.2.
            case OctetSequenceKey secret ->
                JWSAlgorithm.Family.HMAC_SHA.contains(algorithm) && secret.size() >= hashBits(algorithm);
            default -> false;
        };
    }

    private static int hashBits(JWSAlgorithm algorithm) {
        return Integer.parseInt(algorithm.getName().substring(2));
    }
}
