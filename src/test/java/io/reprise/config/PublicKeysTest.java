package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.reprise.testing.Signed;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of public keys, right and wrong ones. */
class PublicKeysTest {
    @Test
    void pem_blocks_are_read_one_after_the_other_whatever_stands_between_them() throws Exception {
        RSAKey rsa = Signed.rsa(null);
        ECKey ec = Signed.ec(Curve.P_384, null);

        List<JWK> keys = PublicKeys.parse(
                "# ours\r\n" + pem("PUBLIC KEY", rsa.toPublicKey()).replace("\n", "\r\n") + "\n# theirs\n"
                        + pem("PUBLIC KEY", ec.toPublicKey()));

        assertThat(keys).hasSize(2).noneMatch(JWK::isPrivate);
        assertThat(keys.get(0).toRSAKey().toRSAPublicKey()).isEqualTo(rsa.toRSAPublicKey());
        assertThat(keys.get(1).toECKey().getCurve()).isEqualTo(Curve.P_384);
    }

    @Test
    void a_key_set_gives_its_public_keys_and_never_a_private_or_secret_one() {
        OctetSequenceKey secret = new OctetSequenceKey.Builder(new byte[32]).build();
        JWKSet set = new JWKSet(List.of(Signed.rsa("a"), secret));

        List<JWK> keys = PublicKeys.parse("  " + set.toString(false));

        assertThat(keys).singleElement().satisfies(key -> {
            assertThat(key.getKeyID()).isEqualTo("a");
            assertThat(key.isPrivate()).isFalse();
        });
    }

    @Test
    void a_private_key_is_refused_by_its_name_and_not_repeated() throws Exception {
        String pem = pem("PRIVATE KEY", Signed.ec(Curve.P_256, null).toPrivateKey());

        assertThatThrownBy(() -> PublicKeys.parse(pem))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("has a block PRIVATE KEY; PUBLIC KEY and CERTIFICATE are understood");
    }

    @Test
    void keys_that_are_too_short_or_of_another_kind_are_refused() throws Exception {
        String brief = pem("PUBLIC KEY", generated("RSA", 1_024));
        String edwards = pem("PUBLIC KEY", generated("Ed25519", 255));

        assertThatThrownBy(() -> PublicKeys.parse(brief)).hasMessageContaining("too short");
        assertThatThrownBy(() -> PublicKeys.parse(edwards)).hasMessage("has a block PUBLIC KEY that cannot be read");
    }

    @Test
    void one_wrong_block_spoils_the_whole_file() throws Exception {
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
    void what_holds_no_key_is_told_without_repeating_it(String text) {
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
