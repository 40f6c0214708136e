package io.reprise.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTextTest {
    @Test
    void what_is_made_is_parsed_and_matches_its_hash_only() {
        KeyText made = KeyText.make("k_abc-DEF_1");
        KeyText other = KeyText.make("k_abc-DEF_1");

        KeyText parsed = KeyText.parse(made.text()).orElseThrow();

        assertThat(parsed).isEqualTo(made);
        assertThat(made.text()).startsWith("rpk_abc-DEF_1").doesNotContain(other.secret());
        assertThat(parsed.matches(made.hash())).isTrue();
        assertThat(parsed.matches(other.hash())).isFalse();
        assertThat(parsed.matches(null)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rpk_",
                "rpk_a",
                "rpk_!aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "RPK_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void other_texts_are_no_keys(String text) {
        assertThat(KeyText.parse(text)).isEmpty();
    }

    @Test
    void a_zero_hash_matches_no_secret() {
        assertThat(KeyText.make("k_1").matches(new byte[32])).isFalse();
    }

    @Test
    void the_widest_scope_counts() {
        assertThat(KeyScope.widest(List.of("read", "admin", "chat"))).contains(KeyScope.ADMIN);
        assertThat(KeyScope.widest(List.of("read", "else"))).isEmpty();
        assertThat(KeyScope.widest(List.of())).isEmpty();
        assertThat(KeyScope.CHAT.all()).containsExactly("read", "chat");
        assertThat(KeyScope.READ.includes(KeyScope.CHAT)).isFalse();
    }
}
