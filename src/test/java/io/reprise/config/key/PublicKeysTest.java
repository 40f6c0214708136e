package io.reprise.config.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.reprise.testing.Signed;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of public keys, valid and invalid ones. */
class PublicKeysTest {
    @Test
    void pem_blocks_are_read_one_after_the_other_whatever_stands_between_them() throws Exception {
        RSAKey rsa = Signed.rsa(null);
        ECKey ec = Signed.ec(Curve.P_384, null);

        List<TokenKey> keys = PublicKeys.parse(
                "# ours\r\n" + pem("PUBLIC KEY", rsa.toPublicKey()).replace("\n", "\r\n") + "\n# theirs\n"
                        + pem("PUBLIC KEY", ec.toPublicKey()));

        assertThat(keys)
                .extracting(TokenKey::members)
                .containsExactly(
                        Map.of(
                                "kty", "RSA",
                                "n", rsa.getModulus().toString(),
                                "e", rsa.getPublicExponent().toString()),
                        Map.of(
                                "kty",
                                "EC",
                                "crv",
                                "P-384",
                                "x",
                                ec.getX().toString(),
                                "y",
                                ec.getY().toString()));
        assertThat(keys).extracting(TokenKey::bits).containsExactly(2_048, 384);
    }

    @Test
    void only_public_keys_of_a_key_set_are_used() {
        OctetSequenceKey secret = new OctetSequenceKey.Builder(new byte[32]).build();
        JWKSet set = new JWKSet(List.of(Signed.rsa("a"), secret));

        List<TokenKey> keys = PublicKeys.parse("  " + set.toString(false));

        assertThat(keys).singleElement().satisfies(key -> {
            assertThat(key.id()).isEqualTo("a");
            assertThat(key.members()).containsOnlyKeys("kty", "n", "e");
        });
    }

    static Stream<Arguments> keysThatAreOfNoUse() {
        String ec = Signed.ec(Curve.P_256, "x").toPublicJWK().toJSONString();
        String rsa = Signed.rsa("x").toPublicJWK().toJSONString();
        String y = ec.replaceFirst(".*\"y\":\"([^\"]*)\".*", "$1");
        return Stream.of(
                Arguments.of("a post-quantum key", "{'kty':'AKP','alg':'ML-DSA-65','kid':'x','pub':'AAAA'}"),
                Arguments.of("an EC key on another curve", "{'kty':'EC','crv':'BP-256','x':'AAAA','y':'AAAA'}"),
                Arguments.of("an OKP key", "{'kty':'OKP','crv':'Ed25519','x':'AAAA'}"),
                Arguments.of("an RSA key without n", "{'kty':'RSA','kid':'x','e':'AQAB'}"),
                Arguments.of("an RSA key with an n that is no text", "{'kty':'RSA','n':7,'e':'AQAB'}"),
                Arguments.of("an RSA key with an n that is no base64", "{'kty':'RSA','n':'***','e':'AQAB'}"),
                Arguments.of("an RSA key with an empty n", "{'kty':'RSA','n':'','e':'AQAB'}"),
                Arguments.of("an RSA key whose exponent is 1", rsa.replace("AQAB", "AQ")),
                Arguments.of("an RSA key whose exponent is even", rsa.replace("AQAB", "AQAA")),
                Arguments.of("a key without kty", "{'kid':'x'}"),
                Arguments.of(
                        "a point that is not on its curve",
                        ec.replace(y, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc")),
                Arguments.of("a point beyond the field", ec.replace(y, "_".repeat(43))),
                Arguments.of("the point at infinity", "{'kty':'EC','crv':'P-256','x':'AA','y':'AA'}"),
                Arguments.of("an empty use", rsa.replace("{", "{\"use\":\"\",")),
                Arguments.of("a key for encryption", rsa.replace("{", "{\"use\":\"enc\",")),
                Arguments.of("an unknown operation", rsa.replace("{", "{\"key_ops\":[\"dance\"],")),
                Arguments.of("operations that are no list", rsa.replace("{", "{\"key_ops\":\"verify\",")),
                Arguments.of("an algorithm for encryption", rsa.replace("{", "{\"alg\":\"RSA-OAEP\",")),
                Arguments.of("a name that is no text", rsa.replace("\"x\"", "7")),
                Arguments.of("a secret", "{'kty':'oct','k':'AAAA'}"),
                Arguments.of("a text", "'key'"),
                Arguments.of("nothing", "null"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keysThatAreOfNoUse")
    void an_unreadable_key_does_not_affect_other_keys(String what, String odd) {
        // One key of an unsupported kind made the whole set fail.
        String good = Signed.rsa("good").toPublicJWK().toJSONString();
        String key = odd.replace('\'', '"');

        for (String keys : List.of(key + "," + good, good + "," + key)) {
            assertThat(PublicKeys.parse("{\"keys\":[" + keys + "]}"))
                    .as(what)
                    .extracting(TokenKey::id)
                    .containsExactly("good");
        }
        assertThatThrownBy(() -> PublicKeys.parse("{\"keys\":[" + key + "]}"))
                .hasMessage("has no RSA or EC key for signatures");
    }

    @Test
    void certificates_next_to_a_key_are_ignored() {
        String key = Signed.rsa("a").toPublicJWK().toJSONString().replace("{", "{\"x5c\":[\"bm9uZQ==\"],\"x5t\":7,");

        assertThat(PublicKeys.parse("{\"keys\":[" + key + "]}"))
                .singleElement()
                .satisfies(read -> assertThat(read.members()).containsOnlyKeys("kty", "n", "e"));
    }

    @Test
    void the_text_form_of_a_secret_key_does_not_contain_it() {
        assertThat(TokenKey.ofSecret("secret".repeat(8).getBytes(StandardCharsets.UTF_8)))
                .hasToString("TokenKey[SECRET, id=null, algorithm=null]");
    }

    @Test
    void a_private_key_is_refused_by_its_name_and_not_repeated() throws Exception {
        String pem = pem("PRIVATE KEY", Signed.ec(Curve.P_256, null).toPrivateKey());

        assertThatThrownBy(() -> PublicKeys.parse(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("has a block PRIVATE KEY; only PUBLIC KEY and CERTIFICATE are supported");
    }

    @Test
    void keys_that_are_too_short_or_of_another_kind_are_refused() throws Exception {
        String brief = pem("PUBLIC KEY", generated("RSA", 1_024));
        String edwards = pem("PUBLIC KEY", generated("Ed25519", 255));

        assertThatThrownBy(() -> PublicKeys.parse(brief)).hasMessageContaining("too weak");
        assertThatThrownBy(() -> PublicKeys.parse(edwards)).hasMessage("has a block PUBLIC KEY that cannot be read");
    }

    @Test
    void one_invalid_block_invalidates_the_whole_file() throws Exception {
        String good = pem("PUBLIC KEY", Signed.rsa(null).toPublicKey());
        String wrong = "-----BEGIN PUBLIC KEY-----\naGVsbG8=\n-----END PUBLIC KEY-----\n";

        assertThatThrownBy(() -> PublicKeys.parse(good + wrong)).hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "{",
                "{\"keys\":[]}",
                "{\"keys\":\"none\"}",
                "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\naGVsbG8=\n",
                "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----"
            })
    void a_file_without_keys_is_reported_without_its_content(String text) {
        assertThatThrownBy(() -> PublicKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(is|has) .*")
                .message()
                .doesNotContain("aGVsbG8=");
    }

    private static Key generated(String algorithm, int bits) throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair().getPublic();
    }

    private static String pem(String label, Key key) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
