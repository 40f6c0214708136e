package io.reprise.config;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Public keys as text, in one of two forms: PEM blocks ({@code PUBLIC KEY}, {@code CERTIFICATE}), or a JSON Web Key Set.
 * Only what can verify signatures counts: RSA from 2048 bits, and EC on P-256, P-384 and P-521.
 */
public final class PublicKeys {
    private static final int RSA_BITS_MIN = 2_048;
    private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private PublicKeys() {}

    /** @throws IllegalArgumentException telling what is wrong, without any part of the text */
    public static List<JWK> parse(String text) {
        return text.stripLeading().startsWith("{") ? ofKeySet(text) : ofPem(text);
    }

    /**
     * The keys of a set that verify signatures; others, also secret ones, are left out.
     *
     * @throws IllegalArgumentException when it is no key set, or none of its keys is of use
     */
    public static List<JWK> ofKeySet(String json) {
        List<JWK> keys;
        try {
            keys = JWKSet.parse(json).getKeys();
        } catch (ParseException e) {
            throw new IllegalArgumentException("is not a JSON Web Key Set", e);
        }
        List<JWK> useful =
                keys.stream().filter(PublicKeys::verifies).map(JWK::toPublicJWK).toList();
        if (useful.isEmpty()) throw new IllegalArgumentException("has no RSA or EC key that verifies signatures");
        return useful;
    }

    private static boolean verifies(JWK key) {
        if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) return false;
        if (key.getKeyOperations() != null && !key.getKeyOperations().contains(KeyOperation.VERIFY)) return false;
        return switch (key) {
            case RSAKey rsa -> rsa.size() >= RSA_BITS_MIN;
            case ECKey ec -> CURVES.contains(ec.getCurve());
            default -> false;
        };
    }

    private static List<JWK> ofPem(String text) {
        List<JWK> keys = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text);
        while (blocks.find()) keys.add(ofBlock(blocks.group(1), blocks.group(2)));
        if (keys.isEmpty()) throw new IllegalArgumentException("has neither PEM blocks nor a JSON Web Key Set");
        return List.copyOf(keys);
    }

    private static JWK ofBlock(String label, String base64) {
        JWK key;
        try {
            byte[] der = ofBase64(base64);
            key = switch (label) {
                case "PUBLIC KEY" -> ofDer(der);
                case "CERTIFICATE" ->
                    of(CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der))
                            .getPublicKey());
                default ->
                    throw new IllegalArgumentException(
                            "has a block " + label + "; PUBLIC KEY and CERTIFICATE are understood");
            };
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalArgumentException("has a block " + label + " that cannot be read", e);
        }
        if (!verifies(key)) throw new IllegalArgumentException("has a key that is too short, or on an unknown curve");
        return key;
    }

    private static byte[] ofBase64(String text) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("no base64", e);
        }
    }

    private static JWK ofDer(byte[] der) throws GeneralSecurityException, JOSEException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            return of(KeyFactory.getInstance("RSA").generatePublic(spec));
        } catch (GeneralSecurityException notRsa) {
            return of(KeyFactory.getInstance("EC").generatePublic(spec));
        }
    }

    private static JWK of(PublicKey key) throws JOSEException {
        return switch (key) {
            case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
            case ECPublicKey ec -> {
                Curve curve = Curve.forECParameterSpec(ec.getParams());
                if (curve == null) throw new JOSEException("unknown curve");
                yield new ECKey.Builder(curve, ec).build();
            }
            default -> throw new JOSEException("neither RSA nor EC");
        };
    }
}
