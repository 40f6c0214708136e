package io.reprise.gateway.access.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
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
import io.reprise.gateway.access.token.TokenVerdict.Good;
import io.reprise.testing.Signed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that attackers built, and how the library alone would treat them. */
class TokenAttacksTest {
    private static final long NOW_S = 1_800_000_000;
    private static final int BYTES_MAX = 8_192;
    private static final byte[] SECRET = "s".repeat(64).getBytes(StandardCharsets.UTF_8);
    private static final RSAKey RSA = Signed.rsa("rsa");
    private static final RSAKey OTHER_RSA = Signed.rsa("rsa");
    private static final ECKey EC = Signed.ec(Curve.P_256, "ec");
    private static final JWK HMAC = new OctetSequenceKey.Builder(SECRET).build();
    private static final String CLAIMS = "{\"sub\":\"ada\",\"exp\":" + (NOW_S + 60) + "}";

    private final TokenVerifier verifier = verifier(Signed.published(RSA, EC));

    @Test
    void the_unmodified_tokens_are_accepted() {
        assertThat(verdict(Signed.anything(RSA, "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", CLAIMS)))
                .isInstanceOf(Good.class);
        assertThat(verdict(Signed.anything(EC, "ES256", "{\"alg\":\"ES256\"}", CLAIMS)))
                .isInstanceOf(Good.class);
        assertThat(verdict(Signed.anything(HMAC, "HS256", "{\"alg\":\"HS256\"}", CLAIMS)))
                .isInstanceOf(Good.class);
    }

    // --- keys

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "HS256", "RS512", "ES256"})
    void a_signature_counts_only_for_the_algorithm_by_which_it_was_made(String said) {
        String header = "{\"alg\":\"" + said + "\",\"kid\":\"rsa\"}";

        assertThat(verdict(Signed.anything(RSA, "RS256", header, CLAIMS))).isInstanceOf(Bad.class);
    }

    @Test
    void a_token_without_a_signature_is_refused_also_where_no_key_is_known() {
        String unsigned = Base64URL.encode("{\"alg\":\"none\"}") + "." + Base64URL.encode(CLAIMS);
        TokenVerifier without = verifier(List.of());

        for (String token : List.of(unsigned, unsigned + ".", unsigned + ".AA")) {
            assertThat(verdict(token)).as(token).isInstanceOf(Bad.class);
            assertThat(without.verify(token).result()).as(token).isInstanceOf(Bad.class);
        }
    }

    @Test
    void a_published_key_of_1024_bits_verifies_nothing() {
        KeyPair weak = Signed.weak();
        RSAKey published = new RSAKey.Builder((RSAPublicKey) weak.getPublic())
                .keyID("weak")
                .algorithm(JWSAlgorithm.RS256)
                .build();

        TokenVerifier strict = verifier(Signed.published(RSA, published));

        String header = "{\"alg\":\"RS256\",\"kid\":\"weak\"}";
        assertThat(strict.verify(Signed.byWeak(weak, header, CLAIMS)).result()).isInstanceOf(Bad.class);
        assertThat(strict.verify(Signed.byWeak(weak, "{\"alg\":\"RS256\"}", CLAIMS))
                        .result())
                .isInstanceOf(Bad.class);
    }

    @Test
    void a_key_that_the_library_does_not_support_never_verifies_every_token() {
        // An instance of the library without keys accepts unsigned tokens, and it only logs a key that it
        // omits.
        Stream.of(
                        Map.of("kty", "RSA"),
                        Map.of("kty", "RSA", "n", "AA"),
                        Map.of("kty", "EC", "crv", "P-256"),
                        Map.of("kty", "EC", "crv", "none", "x", "AA", "y", "AA"),
                        Map.of("kty", "OKP", "crv", "Ed25519"),
                        Map.of("kty", "?"))
                .map(members -> new TokenKey(TokenKey.Kind.RSA, null, null, 2_048, members))
                .forEach(key -> {
                    assertThatThrownBy(() -> KeyAuth.of(key, "RS256"))
                            .as("%s", key.members())
                            .isInstanceOf(RuntimeException.class);
                    assertThat(verifier(List.of(key))
                                    .verify(Signed.by(RSA, "RS256", new JsonObject(CLAIMS)))
                                    .result())
                            .isEqualTo(new Bad("invalid signature"));
                });
    }

    @Test
    void keys_that_share_a_name_do_not_replace_each_other() {
        // The library keeps the last of them.
        ECKey sameName = new ECKey.Builder(EC).keyID("rsa").build();
        TokenVerifier several = verifier(Signed.published(RSA, OTHER_RSA, sameName));

        for (JWK key : List.of(RSA, OTHER_RSA)) {
            for (String algorithm : List.of("RS256", "RS512", "PS256", "PS512")) {
                assertThat(several.verify(Signed.by(key, algorithm, new JsonObject(CLAIMS)))
                                .result())
                        .as(algorithm)
                        .isInstanceOf(Good.class);
            }
        }
        assertThat(several.verify(Signed.by(sameName, "ES256", new JsonObject(CLAIMS)))
                        .result())
                .isInstanceOf(Good.class);
    }

    @Test
    void if_verification_with_one_key_fails_the_next_key_is_tried() {
        // The library throws for a signature that is too long for the first key, and does not try the others.
        RSAKey longer = Signed.rsa(null, 3_072);
        RSAKey shorter = Signed.rsa(null, 2_048);
        TokenVerifier several = verifier(Signed.published(shorter, longer, shorter));

        for (RSAKey key : List.of(longer, shorter)) {
            assertThat(several.verify(Signed.by(key, "RS256", new JsonObject(CLAIMS)))
                            .result())
                    .isInstanceOf(Good.class);
        }
    }

    @Test
    void a_token_with_the_name_of_one_key_is_not_verified_by_another() {
        TokenVerifier several = verifier(Signed.published(RSA, EC));
        JWK renamed = new RSAKey.Builder(OTHER_RSA).keyID("ec").build();

        assertThat(several.verify(Signed.by(OTHER_RSA, "RS256", new JsonObject(CLAIMS)))
                        .result())
                .isInstanceOf(Bad.class);
        assertThat(several.verify(Signed.by(renamed, "RS256", new JsonObject(CLAIMS)))
                        .result())
                .isInstanceOf(Bad.class);
    }

    static Stream<String> headersThatBringKeys() {
        String jwk = OTHER_RSA.toPublicJWK().toJSONString();
        return Stream.of(
                "\"jwk\":" + jwk,
                "\"jku\":\"http://127.0.0.1:1/keys\"",
                "\"x5u\":\"http://127.0.0.1:1/certificate\"",
                "\"x5c\":[\"" + Base64URL.encode("certificate") + "\"]",
                "\"jwk\":" + jwk + ",\"jku\":\"http://127.0.0.1:1/keys\",\"x5u\":\"http://127.0.0.1:1/certificate\"");
    }

    @ParameterizedTest
    @MethodSource("headersThatBringKeys")
    void keys_and_key_addresses_in_a_token_are_ignored(String more) {
        for (String name : List.of("", ",\"kid\":\"rsa\"", ",\"kid\":\"own\"")) {
            String header = "{\"alg\":\"RS256\"" + name + "," + more + "}";

            assertThat(verdict(Signed.anything(OTHER_RSA, "RS256", header, CLAIMS)))
                    .as(header)
                    .isInstanceOf(Bad.class);
        }
        assertThat(verdict(Signed.anything(RSA, "RS256", "{\"alg\":\"RS256\"," + more + "}", CLAIMS)))
                .as("nor do they spoil what is signed well")
                .isInstanceOf(Good.class);
    }

    // --- signatures

    @Test
    void only_the_fixed_length_form_of_an_elliptic_curve_signature_is_accepted() throws JOSEException {
        // The library accepts ASN.1 as well: a second valid form of the token, which nobody issued.
        String token = Signed.by(EC, "ES256", new JsonObject(CLAIMS));
        byte[] plain = signature(token);

        assertThat(verdict(with(token, ECDSA.transcodeSignatureToDER(plain)))).isInstanceOf(Bad.class);
    }

    @Test
    void a_signature_of_zeros_is_refused() {
        byte[] order = Curve.P_256.toECParameterSpec().getOrder().toByteArray();
        byte[] orders = new byte[64];
        System.arraycopy(order, order.length - 32, orders, 0, 32);
        System.arraycopy(order, order.length - 32, orders, 32, 32);
        byte[] ones = new byte[64];
        ones[31] = ones[63] = 1;
        String token = Signed.by(EC, "ES256", new JsonObject(CLAIMS));

        for (byte[] forged : List.of(new byte[64], orders, ones)) {
            assertThat(verdict(with(token, forged))).isInstanceOf(Bad.class);
        }
    }

    @Test
    void a_signature_with_altered_trailing_bits_is_refused() {
        // The library pads it.
        String token = signedUntilItEndsWithZero();
        byte[] whole = signature(token);

        assertThat(verdict(token)).isInstanceOf(Good.class);
        assertThat(verdict(with(token, java.util.Arrays.copyOf(whole, whole.length - 1))))
                .isInstanceOf(Bad.class);
        assertThat(verdict(with(token, java.util.Arrays.copyOf(whole, whole.length + 1))))
                .isInstanceOf(Bad.class);
    }

    @Test
    void a_signature_must_have_exactly_the_length_of_its_hash() {
        String token = Signed.by(HMAC, "HS256", new JsonObject(CLAIMS));
        byte[] whole = signature(token);

        for (int length : new int[] {1, 16, 31, 33, 64}) {
            assertThat(verdict(with(token, java.util.Arrays.copyOf(whole, length))))
                    .isInstanceOf(Bad.class);
        }
    }

    // --- form

    @Test
    void only_the_canonical_encoding_of_a_token_is_accepted() {
        String token = Signed.by(HMAC, "HS256", new JsonObject(CLAIMS));
        String last = token.substring(token.length() - 1);
        // 32 bytes are 42 characters and 4 bits: the last character has two unused bits.
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        String other = alphabet.substring(alphabet.indexOf(last) + 1).substring(0, 1);

        assertThat(new Base64URL(token.substring(token.lastIndexOf('.') + 1, token.length() - 1) + other).decode())
                .as("the same bytes")
                .isEqualTo(signature(token));
        for (String spelling : List.of(
                token.substring(0, token.length() - 1) + other,
                token + "=",
                token + "\n",
                " " + token,
                token.replace(".", ". "),
                token.replaceFirst("\\.", "..") + ".",
                token + "." + token)) {
            assertThat(verdict(spelling)).as(spelling).isInstanceOf(Bad.class);
        }
        assertThat(verdict(token)).isInstanceOf(Good.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
                "{\"alg\":\"none\",\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"a\\u006cg\":\"none\"}",
                "{\"kid\":\"a\",\"alg\":\"HS256\",\"kid\":\"b\"}",
                "{\"alg\":\"HS256\",\"jwk\":{\"k\":\"a\",\"k\":\"b\"}}",
                "{\"alg\":\"HS256\"}{}",
                "{\"alg\":\"HS256\"} x",
                "\uFEFF{\"alg\":\"HS256\"}",
                "[{\"alg\":\"HS256\"}]",
                "\"HS256\"",
                "null",
                "{\"alg\":null}",
                "{\"alg\":[\"HS256\"]}",
                "{\"alg\":\"HS256\",\"kid\":[]}",
                "{\"alg\":\"HS256\",\"crit\":[]}",
                "{\"alg\":\"HS256\",\"crit\":null}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"crit\":\"exp\"}"
            })
    void a_header_that_can_be_understood_in_two_ways_or_asks_too_much_is_refused(String header) {
        assertThat(verdict(Signed.anything(HMAC, "HS256", header, CLAIMS))).isInstanceOf(Bad.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"ada\",\"sub\":\"root\",\"exp\":1800000060}",
                "{\"sub\":\"ada\",\"exp\":1,\"exp\":1800000060}",
                "{\"sub\":\"ada\",\"exp\":1800000060,\"r\":{\"a\":1,\"a\":2}}",
                "{\"sub\":\"ada\",\"exp\":1800000060}{}",
                "{'sub':'ada','exp':1800000060}",
                "{\"sub\":\"ada\",\"exp\":NaN}",
                "{\"sub\":\"ada\",\"exp\":01800000060}",
                "null",
                "[]",
                "7"
            })
    void claims_that_can_be_understood_in_two_ways_are_refused(String claims) {
        assertThat(verdict(Signed.anything(HMAC, "HS256", "{\"alg\":\"HS256\"}", claims)))
                .isEqualTo(new Bad("not a JSON Web Token"));
    }

    @Test
    void only_utf8_is_read() {
        byte[] header = "{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8);
        byte[] broken = "{\"sub\":\"ad?\",\"exp\":1800000060}".getBytes(StandardCharsets.UTF_8);
        broken[10] = (byte) 0xC0;

        assertThat(verdict(Signed.anything(HMAC, "HS256", header, broken))).isInstanceOf(Bad.class);
        assertThat(verdict(Signed.anything(HMAC, "HS256", header, CLAIMS.getBytes(StandardCharsets.UTF_16BE))))
                .isInstanceOf(Bad.class);
        assertThat(verdict(Signed.anything(
                        HMAC, "HS256", "{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_16LE), CLAIMS.getBytes())))
                .isInstanceOf(Bad.class);
    }

    @Test
    void claims_of_unexpected_types_grant_no_additional_rights() {
        for (Object end : List.of(
                String.valueOf(NOW_S + 60),
                List.of(NOW_S + 60),
                new JsonObject().put("exp", NOW_S + 60),
                true,
                1e300,
                new BigInteger("9".repeat(400)))) {
            assertThat(verdict(claims().put("exp", end))).as("exp %s", end).isInstanceOf(Bad.class);
            assertThat(verdict(claims().put("nbf", end))).as("nbf %s", end).isInstanceOf(Bad.class);
        }
        for (String name : List.of("exp", "nbf", "iat")) {
            // Not a signature error: that would make the server fetch its provider's keys again.
            assertThat(verdict(claims().put(name, "soon"))).isEqualTo(new Bad("malformed times"));
            assertThat(verdict(claims().putNull(name))).isEqualTo(new Bad("malformed times"));
        }
        assertThat(verdict(Signed.anything(HMAC, "HS256", "{\"alg\":\"HS256\"}", CLAIMS.replace("ada", "\\ud800"))))
                .isEqualTo(new Bad("no valid subject"));
        for (Object subject : List.of(7, true, List.of("ada"), new JsonObject().put("sub", "ada"))) {
            assertThat(verdict(claims().put("sub", subject)))
                    .as("sub %s", subject)
                    .isInstanceOf(Bad.class);
        }
        for (Object audience : List.of(new JsonObject().put("us", "us"), 7, List.of(List.of("us")))) {
            assertThat(verdict(claims().put("aud", audience)))
                    .as("aud %s", audience)
                    .isEqualTo(new Bad("wrong audience"));
        }
        for (Object roles : List.of(7, new JsonObject().put("admin", true), List.of(List.of("admin")), "ADMIN")) {
            assertThat(((Good) verdict(claims().put("roles", roles))).roles())
                    .as("roles %s", roles)
                    .containsExactly("user");
        }
        assertThat(verdict(claims().put("exp", NOW_S + 0.5))).isInstanceOf(Good.class);
    }

    @Test
    void tokens_that_are_too_long_are_not_parsed() {
        String long_ = Signed.by(HMAC, "HS256", claims().put("pad", "x".repeat(BYTES_MAX)));

        assertThat(verdict(long_)).isEqualTo(new Bad("too long"));
        assertThat(verdict("a".repeat(BYTES_MAX + 1))).isEqualTo(new Bad("too long"));
        assertThat(verdict("a".repeat(BYTES_MAX))).isEqualTo(new Bad("not a JSON Web Token"));
        String deep = "{\"alg\":\"HS256\",\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
        assertThat(verdict(Signed.anything(HMAC, "HS256", deep, CLAIMS))).isEqualTo(new Bad("not a JSON Web Token"));
    }

    @Test
    void the_time_is_that_of_the_server_and_not_of_the_library() {
        // The library compares with the clock of the machine, and refuses tokens issued after it.
        for (long nowS : new long[] {1_000_000_000L, 4_000_000_000L}) {
            TokenVerifier then = new TokenVerifier(trusted(List.of()), rules(List.of()), () -> nowS * 1_000);
            JsonObject claims =
                    new JsonObject().put("sub", "ada").put("iat", nowS).put("exp", nowS + 60);

            assertThat(then.verify(Signed.by(HMAC, "HS256", claims)).result()).isInstanceOf(Good.class);
        }
    }

    // --- helpers

    private static JsonObject claims() {
        return new JsonObject(CLAIMS).put("aud", new JsonArray().add("us"));
    }

    private TokenVerdict verdict(JsonObject claims) {
        return new TokenVerifier(trusted(List.of()), rules(List.of("us")), () -> NOW_S * 1_000)
                .verify(Signed.by(HMAC, "HS256", claims))
                .result();
    }

    private TokenVerdict verdict(String token) {
        return verifier.verify(token).result();
    }

    private static byte[] signature(String token) {
        return new Base64URL(token.substring(token.lastIndexOf('.') + 1)).decode();
    }

    private static String with(String token, byte[] signature) {
        return token.substring(0, token.lastIndexOf('.') + 1) + Base64URL.encode(signature);
    }

    private static String signedUntilItEndsWithZero() {
        for (int i = 0; ; i++) {
            String token = Signed.by(RSA, "RS256", new JsonObject(CLAIMS).put("jti", i));
            byte[] signature = signature(token);
            if (signature[signature.length - 1] == 0) return token;
        }
    }

    private static TokenVerifier verifier(List<TokenKey> keys) {
        return new TokenVerifier(trusted(keys), rules(List.of()), () -> NOW_S * 1_000);
    }

    /** As on a server that accepts both: a secret, and keys of a provider. */
    private static List<TokenVerifier.Trust> trusted(List<TokenKey> keys) {
        Set<String> bySecret = JwtSettings.SECRET_ALGORITHMS;
        return List.of(
                new TokenVerifier.Trust(KeySource.of(List.of(TokenKey.ofSecret(SECRET))), bySecret, List.of()),
                new TokenVerifier.Trust(KeySource.of(keys), PublicKeys.ALGORITHMS, List.of()));
    }

    private static TokenVerifier.Rules rules(List<String> audiences) {
        return new TokenVerifier.Rules(audiences, 0, BYTES_MAX, RoleClaims.own());
    }
}
