package io.reprise.gateway.access.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.reprise.config.access.JwtSettings;
import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.reprise.gateway.access.token.TokenVerdict.Bad;
import io.reprise.gateway.access.token.TokenVerdict.Expired;
import io.reprise.gateway.access.token.TokenVerdict.Good;
import io.reprise.testing.Signed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens are accepted, and that no forged one is. */
class TokenVerifierTest {
    private static final long NOW_S = 1_800_000_000;
    private static final long SKEW_S = 5;
    private static final long END_OF_9999_S = 253_402_300_799L;
    private static final byte[] SECRET = "x".repeat(64).getBytes(StandardCharsets.UTF_8);
    private static final RSAKey RSA = Signed.rsa("rsa");
    private static final ECKey P256 = Signed.ec(Curve.P_256, "p256");
    private static final ECKey P384 = Signed.ec(Curve.P_384, "p384");
    private static final ECKey P521 = Signed.ec(Curve.P_521, "p521");
    private static final List<TokenKey> PUBLIC = Signed.published(RSA, P256, P384, P521);

    private final TokenVerifier byKeys = byKeys(PUBLIC, PublicKeys.ALGORITHMS, List.of());
    private final TokenVerifier bySecret = bySecret(SECRET);

    // --- algorithms

    @ParameterizedTest
    @CsvSource({
        "RS256, rsa",
        "RS384, rsa",
        "RS512, rsa",
        "PS256, rsa",
        "PS384, rsa",
        "PS512, rsa",
        "ES256, p256",
        "ES384, p384",
        "ES512, p521"
    })
    void public_keys_verify_their_algorithms(String algorithm, String kid) {
        JWK key = key(kid);

        assertThat(verdict(byKeys, Signed.by(key, algorithm, claims()))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, Signed.by(withoutKid(key), algorithm, claims())))
                .as("without kid")
                .isInstanceOf(Good.class);
        assertThat(verdict(byKeys, broken(Signed.by(key, algorithm, claims()))))
                .as("with another signature")
                .isInstanceOf(Bad.class);
        assertThat(verdict(bySecret, Signed.by(key, algorithm, claims())))
                .as("where only a secret is known")
                .isEqualTo(new Bad("algorithm not accepted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void a_secret_verifies_hmacs(String algorithm) {
        String token = Signed.by(secret(SECRET), algorithm, claims());

        assertThat(verdict(bySecret, token)).isInstanceOf(Good.class);
        assertThat(verdict(bySecret, broken(token))).isInstanceOf(Bad.class);
        assertThat(verdict(bySecret("y".repeat(64).getBytes(StandardCharsets.UTF_8)), token))
                .isInstanceOf(Bad.class);
        assertThat(verdict(byKeys, token)).isEqualTo(new Bad("algorithm not accepted"));
    }

    @Test
    void a_secret_shorter_than_its_hash_is_refused() {
        byte[] short32 = "x".repeat(32).getBytes(StandardCharsets.UTF_8);
        // The library signs only with keys that are long enough; zeros at the end make the same HMAC.
        String token = Signed.by(secret(padded(short32)), "HS512", claims());

        assertThat(verdict(bySecret(short32), token)).isInstanceOf(Bad.class);
    }

    @Test
    void a_public_key_is_not_accepted_as_a_shared_secret() throws Exception {
        // Symptom of the attack: whoever knows the public key signs with its text as the secret of an HMAC.
        for (byte[] text : List.of(
                RSA.toPublicKey().getEncoded(),
                pem(RSA.toPublicKey().getEncoded()).getBytes(StandardCharsets.UTF_8),
                RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
                RSA.getModulus().decode())) {
            JWK forged = new OctetSequenceKey.Builder(text).keyID("rsa").build();
            for (String algorithm : List.of("HS256", "HS384", "HS512")) {
                assertThat(verdict(byKeys, Signed.by(forged, algorithm, claims())))
                        .isInstanceOf(Bad.class);
                assertThat(verdict(both(), Signed.by(forged, algorithm, claims())))
                        .isInstanceOf(Bad.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS999", "RS256 ", "EdDSA", "dir"})
    void the_algorithm_none_is_refused(String algorithm) {
        String head =
                base64(new JsonObject().put("alg", algorithm).put("kid", "rsa").encode());
        for (String signature : List.of("", "AAAA", base64("x".repeat(256)))) {
            String token = head + "." + base64(claims().encode()) + "." + signature;
            assertThat(verdict(byKeys, token)).as(token).isInstanceOf(Bad.class);
            assertThat(verdict(bySecret, token)).as(token).isInstanceOf(Bad.class);
        }
    }

    @Test
    void a_list_of_algorithms_restricts_those_of_the_keys() {
        TokenVerifier narrow = byKeys(PUBLIC, Set.of("RS256"), List.of());

        assertThat(verdict(narrow, Signed.by(RSA, "RS256", claims()))).isInstanceOf(Good.class);
        assertThat(verdict(narrow, Signed.by(RSA, "PS256", claims()))).isInstanceOf(Bad.class);
        assertThat(verdict(narrow, Signed.by(P256, "ES256", claims()))).isInstanceOf(Bad.class);
    }

    @Test
    void a_key_of_one_algorithm_does_not_verify_other_algorithms() {
        JWK only = new RSAKey.Builder(RSA.toPublicJWK())
                .algorithm(JWSAlgorithm.RS512)
                .build();
        TokenVerifier verifier = byKeys(Signed.published(only), PublicKeys.ALGORITHMS, List.of());

        assertThat(verdict(verifier, Signed.by(RSA, "RS512", claims()))).isInstanceOf(Good.class);
        assertThat(verdict(verifier, Signed.by(RSA, "RS256", claims()))).isInstanceOf(Bad.class);
    }

    @Test
    void keys_inside_of_a_token_are_ignored() {
        RSAKey mine = Signed.rsa("mine");
        JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(mine.toPublicJWK());

        assertThat(verdict(byKeys, Signed.by(mine, header.build(), claims()))).isInstanceOf(Bad.class);
        assertThat(verdict(byKeys, Signed.by(mine, header.keyID("rsa").build(), claims())))
                .isInstanceOf(Bad.class);
        assertThat(verdict(
                        byKeys, Signed.by(mine, header.keyID("../../dev/null").build(), claims())))
                .isEqualTo(new Bad("unknown key"));
    }

    @Test
    void a_token_with_an_unknown_critical_header_is_refused() {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa")
                .criticalParams(Set.of("magic"))
                .customParam("magic", true)
                .build();

        assertThat(verdict(byKeys, Signed.by(RSA, header, claims()))).isInstanceOf(Bad.class);
    }

    // --- claims

    @Test
    void a_valid_token_gives_user_roles_and_expiry() {
        JsonObject claims =
                claims().put("roles", new JsonArray().add("staff").add("boss").add(7));

        assertThat(verdict(byKeys, Signed.by(RSA, "RS256", claims)))
                .isEqualTo(new Good("ada", List.of("staff"), (NOW_S + 60 + SKEW_S) * 1000));
    }

    @Test
    void token_times_tolerate_the_clock_skew() {
        assertThat(verdict(byKeys, sign("exp", NOW_S))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, sign("exp", NOW_S - SKEW_S + 1))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, sign("exp", NOW_S - SKEW_S))).isInstanceOf(Expired.class);
        assertThat(verdict(byKeys, sign("exp", 0))).isInstanceOf(Expired.class);
        assertThat(verdict(byKeys, sign("exp", -1))).isInstanceOf(Expired.class);
        assertThat(verdict(byKeys, sign("exp", NOW_S + 0.5))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, sign("nbf", NOW_S + SKEW_S))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, sign("nbf", NOW_S + SKEW_S + 1))).isEqualTo(new Bad("not valid yet"));
    }

    @Test
    void times_beyond_all_bounds_neither_overflow_nor_fail() {
        // An expiry after the year 9999 was accepted, and sent as `expiresAt`, where RFC 3339 cannot express it.
        for (Object far :
                List.of(END_OF_9999_S + 1, Long.MAX_VALUE, 1e300, Long.MAX_VALUE / 1000 + 1, BigInteger.TEN.pow(500))) {
            assertThat(verdict(byKeys, sign("exp", far)))
                    .as("%s", far)
                    .isEqualTo(new Bad("expiry after the year 9999"));
            assertThat(verdict(byKeys, sign("nbf", far))).as("%s", far).isEqualTo(new Bad("not valid yet"));
        }
        assertThat(verdict(byKeys, sign("exp", END_OF_9999_S)))
                .isEqualTo(new Good("ada", List.of("user"), END_OF_9999_S * 1000));
        assertThat(verdict(byKeys, sign("exp", Long.MIN_VALUE))).isInstanceOf(Expired.class);
        assertThat(verdict(byKeys, sign("exp", -1e300))).isInstanceOf(Expired.class);
    }

    @Test
    void claims_of_unexpected_types_are_refused_and_break_nothing() {
        for (String key : List.of("exp", "nbf", "iat", "sub")) {
            for (Object value :
                    List.of("text", true, new JsonArray().add(NOW_S), new JsonObject().put("a", 1), "", " ")) {
                if (key.equals("sub") && "text".equals(value)) continue;
                assertThat(verdict(byKeys, sign(key, value)))
                        .as(key + " = " + value)
                        .isInstanceOf(Bad.class);
            }
        }
        for (String key : List.of("exp", "sub")) {
            JsonObject claims = claims();
            claims.remove(key);
            assertThat(verdict(byKeys, Signed.by(RSA, "RS256", claims))).as(key).isInstanceOf(Bad.class);
            assertThat(verdict(byKeys, Signed.by(RSA, "RS256", claims.putNull(key))))
                    .as(key)
                    .isInstanceOf(Bad.class);
        }
        assertThat(verdict(byKeys, sign("sub", 7))).isInstanceOf(Bad.class);
        assertThat(verdict(byKeys, sign("sub", "a\u0000b"))).isInstanceOf(Bad.class);
        assertThat(verdict(byKeys, sign("sub", "x".repeat(255)))).isInstanceOf(Good.class);
        assertThat(verdict(byKeys, sign("sub", "x".repeat(256)))).isInstanceOf(Bad.class);
    }

    @Test
    void issuer_and_audience_must_match_when_they_are_set() {
        TokenVerifier verifier = verifier(
                KeySource.of(PUBLIC), PublicKeys.ALGORITHMS, List.of("https://a/", "https://b/"), List.of("us"));
        JsonObject good = claims().put("iss", "https://b/").put("aud", "us");

        assertThat(verdict(verifier, Signed.by(RSA, "RS256", good))).isInstanceOf(Good.class);
        assertThat(verdict(verifier, Signed.by(RSA, "RS256", good.copy().put("aud", List.of("them", "us")))))
                .isInstanceOf(Good.class);
        for (Object other : List.of("https://b", "https://a/ ", 7, List.of("https://b/"))) {
            assertThat(verdict(verifier, Signed.by(RSA, "RS256", good.copy().put("iss", other))))
                    .isEqualTo(new Bad("issuer not accepted"));
        }
        for (Object other : List.of(
                "them",
                "US",
                7,
                List.of(),
                List.of("them"),
                new JsonArray().addNull(),
                new JsonObject().put("us", "us"))) {
            assertThat(verdict(verifier, Signed.by(RSA, "RS256", good.copy().put("aud", other))))
                    .isEqualTo(new Bad("wrong audience"));
        }
        assertThat(verdict(verifier, Signed.by(RSA, "RS256", claims()))).isInstanceOf(Bad.class);
    }

    // --- form

    @Test
    void malformed_tokens_are_refused() {
        String good = Signed.by(RSA, "RS256", claims());
        String deep = "{\"alg\":\"RS256\",\"a\":" + "[".repeat(3_000) + "]".repeat(3_000) + "}";
        for (String bad : List.of(
                "",
                ".",
                "..",
                "a.b.c",
                good + ".",
                "." + good,
                good.substring(0, good.lastIndexOf('.')),
                good.substring(0, good.lastIndexOf('.') + 1),
                "\u0000" + good,
                base64("[]") + "." + base64("{}") + ".AA",
                base64("{\"alg\":7}") + "." + base64("{}") + ".AA",
                base64("{\"alg\":\"RS256\",\"kid\":7}") + "." + base64("{}") + ".AA",
                base64(deep) + "." + base64("{}") + ".AA")) {
            assertThat(verdict(byKeys, bad)).as(bad).isInstanceOf(Bad.class);
        }
        assertThat(verdict(byKeys, null)).isInstanceOf(Bad.class);
        assertThat(verdict(byKeys, Signed.by(RSA, "RS256", claims().put("pad", "x".repeat(8_192)))))
                .isEqualTo(new Bad("too long"));
    }

    @Test
    void a_signed_payload_that_is_not_an_object_is_refused() throws Exception {
        var jws = new com.nimbusds.jose.JWSObject(
                new JWSHeader(JWSAlgorithm.HS256), new com.nimbusds.jose.Payload("[1,2]"));
        jws.sign(new com.nimbusds.jose.crypto.MACSigner(SECRET));

        assertThat(verdict(bySecret, jws.serialize())).isInstanceOf(Bad.class);
    }

    @Test
    void the_servers_own_tokens_are_taken_by_their_secret_alone() {
        String token = new OwnTokens(SECRET, () -> NOW_S * 1000).issue("ada", List.of("admin"), (NOW_S + 9) * 1000);

        assertThat(verdict(Verifiers.own(SECRET, 8_192, () -> NOW_S * 1000), token))
                .isEqualTo(new Good("ada", List.of("admin"), (NOW_S + 9) * 1000));
        assertThat(verdict(Verifiers.own("z".repeat(32).getBytes(StandardCharsets.UTF_8), 8_192, () -> 0), token))
                .isInstanceOf(Bad.class);
        assertThat(verdict(Verifiers.own(SECRET, 8_192, () -> (NOW_S + 9) * 1000), token))
                .isInstanceOf(Expired.class);
    }

    // --- helpers

    private static JsonObject claims() {
        return new JsonObject().put("sub", "ada").put("exp", NOW_S + 60);
    }

    private static String sign(String key, Object value) {
        return Signed.by(RSA, "RS256", claims().put(key, value));
    }

    private static TokenVerdict verdict(TokenVerifier verifier, String token) {
        return verifier.verify(token).result();
    }

    private static TokenVerifier byKeys(List<TokenKey> keys, Set<String> algorithms, List<String> audiences) {
        return verifier(KeySource.of(keys), algorithms, List.of(), audiences);
    }

    private static TokenVerifier bySecret(byte[] secret) {
        return verifier(
                KeySource.of(List.of(TokenKey.ofSecret(secret))), JwtSettings.SECRET_ALGORITHMS, List.of(), List.of());
    }

    private static TokenVerifier both() {
        return new TokenVerifier(
                List.of(
                        new TokenVerifier.Trust(
                                KeySource.of(List.of(TokenKey.ofSecret(SECRET))),
                                JwtSettings.SECRET_ALGORITHMS,
                                List.of()),
                        new TokenVerifier.Trust(KeySource.of(PUBLIC), PublicKeys.ALGORITHMS, List.of())),
                rules(List.of()),
                () -> NOW_S * 1000);
    }

    private static TokenVerifier verifier(
            KeySource keys, Set<String> algorithms, List<String> issuers, List<String> audiences) {
        return new TokenVerifier(
                List.of(new TokenVerifier.Trust(keys, algorithms, issuers)), rules(audiences), () -> NOW_S * 1000);
    }

    private static TokenVerifier.Rules rules(List<String> audiences) {
        return new TokenVerifier.Rules(audiences, SKEW_S * 1000, 8_192, RoleClaims.own());
    }

    private static OctetSequenceKey secret(byte[] secret) {
        return new OctetSequenceKey.Builder(secret).build();
    }

    private static byte[] padded(byte[] secret) {
        return java.util.Arrays.copyOf(secret, 64);
    }

    private static JWK key(String kid) {
        return List.of(RSA, P256, P384, P521).stream()
                .filter(key -> key.getKeyID().equals(kid))
                .findFirst()
                .orElseThrow();
    }

    private static JWK withoutKid(JWK key) {
        return switch (key) {
            case RSAKey rsa -> new RSAKey.Builder(rsa).keyID(null).build();
            case ECKey ec -> new ECKey.Builder(ec).keyID(null).build();
            default -> throw new IllegalArgumentException();
        };
    }

    /** With one bit of the signature changed. */
    private static String broken(String token) {
        int at = token.lastIndexOf('.') + 1;
        byte[] signature = new Base64URL(token.substring(at)).decode();
        signature[signature.length / 2] ^= 1;
        return token.substring(0, at) + Base64URL.encode(signature);
    }

    private static String pem(byte[] der) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
