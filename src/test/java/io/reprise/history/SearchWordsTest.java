package io.reprise.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SearchWordsTest {
    @Test
    void words_are_separated_by_spaces_and_in_lower_case() {
        assertThat(SearchWords.of("  Grüße\u00a0AUS\tKöln aus ").words()).containsExactly("grüße", "aus", "köln");
        assertThat(SearchWords.of("a\u0308rger").words()).as("composed").containsExactly("ärger");
        assertThat(SearchWords.of(" \n ")).isNull();
        assertThat(SearchWords.of(null)).isNull();
        assertThat(SearchWords.of("a b c d e f g h i j").words()).hasSize(8);
    }

    @Test
    void a_snippet_shows_the_surroundings_of_the_first_hit() {
        SearchWords words = SearchWords.of("needle");
        String far = "hay ".repeat(100) + "a NEEDLE in it " + "straw ".repeat(100);

        assertThat(words.snippet("A Needle\n\n here")).isEqualTo("A Needle here");
        assertThat(words.snippet(far))
                .startsWith("…hay")
                .contains("a NEEDLE in it")
                .endsWith("…")
                .hasSizeLessThan(205);
    }

    @Test
    void a_snippet_cuts_no_character_in_two() {
        for (int shift = 0; shift < 4; shift++) {
            String snippet = SearchWords.of("x").snippet("a".repeat(shift) + "🌊".repeat(200) + "x" + "🌊".repeat(200));
            assertThat(snippet.replace("🌊", "").replaceAll("[ax…]", "")).isEmpty();
        }
    }
}
