package io.reprise.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is sealed can be opened with its key at its place, and not otherwise. */
class SecretBoxTest {
    private static final String OLD = "an old key of more than thirty-two bytes";
    private static final String NEW = "a new key of more than thirty-two bytes";
    private static final SecretPlace PLACE = new SecretPlace("hook", "h_1");
    private static final byte[] PLAIN = "the secret".getBytes(StandardCharsets.UTF_8);

    private final SecretBox box = new SecretBox(List.of(OLD));

    @Test
    void what_was_sealed_is_opened_and_looks_different_each_time() {
        byte[] sealed = box.seal(PLAIN, PLACE);

        assertThat(box.open(sealed, PLACE)).hasValue(PLAIN);
        assertThat(new SecretBox(List.of(OLD)).open(sealed, PLACE)).hasValue(PLAIN);
        assertThat(box.seal(PLAIN, PLACE)).isNotEqualTo(sealed).startsWith(box.newestHeader());
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    }

    @Test
    void it_cannot_be_moved_to_another_place() {
        byte[] sealed = box.seal(PLAIN, PLACE);

        assertThat(box.open(sealed, new SecretPlace("hook", "h_2"))).isEmpty();
        assertThat(box.open(sealed, new SecretPlace("webhook", "h_1"))).isEmpty();
        // The same letters, divided otherwise.
        assertThat(box.open(sealed, new SecretPlace("hookh", "_1"))).isEmpty();
    }

    @Test
    void any_changed_byte_is_noticed() {
        byte[] sealed = box.seal(PLAIN, PLACE);

        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(box.open(changed, PLACE)).as("byte %d", i).isEmpty();
            assertThat(box.open(Arrays.copyOf(sealed, i), PLACE))
                    .as("only %d bytes", i)
                    .isEmpty();
        }
    }

    @Test
    void a_new_key_seals_and_old_ones_still_open() {
        byte[] sealedBefore = box.seal(PLAIN, PLACE);
        SecretBox rotated = new SecretBox(List.of(NEW, OLD));
        byte[] sealedAfter = rotated.seal(PLAIN, PLACE);

        assertThat(rotated.open(sealedBefore, PLACE)).hasValue(PLAIN);
        assertThat(Arrays.mismatch(sealedBefore, rotated.newestHeader())).isLessThan(SecretBox.HEADER_BYTES);
        assertThat(new SecretBox(List.of(NEW)).open(sealedAfter, PLACE)).hasValue(PLAIN);
        assertThat(new SecretBox(List.of(NEW)).open(sealedBefore, PLACE)).isEmpty();
    }

    @Test
    void short_keys_are_refused() {
        assertThatThrownBy(() -> new SecretBox(List.of("too short"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SecretBox(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
