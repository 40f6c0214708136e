package io.reprise.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.testing.PushBrowser;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class PushEncryptionTest {
    private static final Base64.Decoder BASE64 = Base64.getUrlDecoder();

    /** RFC 8291, section 5 and appendix A. */
    private static final String TEXT = "When I grow up, I want to be a watermelon";

    private static final String RECEIVER_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    private static final String RECEIVER =
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private static final String AUTH = "BTBZMqHH6r4Tts7J_aSIgg";
    private static final String SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    private static final String SENDER =
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private static final String SALT = "DGv6ra1nlYgDCS1FRnbzlw";
    private static final String MESSAGE =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
                    + "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    @Test
    void the_example_of_the_rfc_is_encrypted_as_there() {
        KeyPair sender = new KeyPair(P256.publicKey(BASE64.decode(SENDER)), P256.privateKey(BASE64.decode(SENDER_KEY)));

        byte[] message = PushEncryption.encrypt(
                bytes(TEXT), BASE64.decode(RECEIVER), BASE64.decode(AUTH), sender, BASE64.decode(SALT));

        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(message))
                .isEqualTo(MESSAGE);
    }

    /** Checks the reader that other tests use. */
    @Test
    void the_example_of_the_rfc_is_read_by_its_receiver() {
        assertThat(PushBrowser.of(RECEIVER_KEY, RECEIVER, AUTH).read(BASE64.decode(MESSAGE)))
                .isEqualTo(TEXT);
    }

    /** Also with numbers that begin with zeros. */
    @RepeatedTest(40)
    void only_the_receiver_reads_a_message_and_no_two_are_the_same() {
        PushBrowser browser = PushBrowser.fresh();
        PushTarget target = new PushTarget("https://push.test/1", browser.publicKey(), browser.auth());

        byte[] first = PushTarget.of(target.bytes()).encrypted(bytes("Grüße"));
        byte[] second = target.encrypted(bytes("Grüße"));

        assertThat(browser.read(first)).isEqualTo("Grüße");
        assertThat(browser.read(second)).isEqualTo("Grüße");
        assertThat(first).isNotEqualTo(second);
        assertThatThrownBy(() -> PushBrowser.fresh().read(first)).hasMessage("not for this browser");
    }

    @Test
    void keys_that_are_none_are_refused() {
        byte[] off = BASE64.decode(RECEIVER);
        off[64] ^= 1;
        String notOnTheCurve = Base64.getUrlEncoder().encodeToString(off);

        for (String key : new String[] {"", "???", AUTH, notOnTheCurve, RECEIVER.substring(2)}) {
            assertThatThrownBy(() -> new PushTarget("https://push.test/1", key, AUTH))
                    .as(key)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("keys.p256dh");
        }
        for (String auth : new String[] {"", "???", RECEIVER}) {
            assertThatThrownBy(() -> new PushTarget("https://push.test/1", RECEIVER, auth))
                    .as(auth)
                    .hasMessageStartingWith("keys.auth");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
