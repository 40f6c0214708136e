package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TitleTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Trip to Lisbon | Trip to Lisbon",
                "\"Trip to Lisbon.\" | Trip to Lisbon",
                "**Trip to Lisbon** | Trip to Lisbon",
                "Title: „Reise nach Köln“ | Reise nach Köln",
                "# Title: \"Tides\" | Tides",
                "And so on... | And so on...",
                "\"\" | ''",
            })
    void what_a_model_writes_as_a_title_is_freed_of_its_decoration(String written, String title) {
        assertThat(TitleText.ofModel(written)).isEqualTo(title);
    }

    @Test
    void only_the_first_line_counts_and_no_control_character_is_left() {
        assertThat(TitleText.ofModel("\n  Tides\tand \u0007moons\r\nI chose it because"))
                .isEqualTo("Tides and moons");
        assertThat(TitleText.ofModel("Safe \u202Eright to left")).isEqualTo("Safe right to left");
        assertThat(TitleText.ofModel(" \n ")).isEmpty();
    }

    @Test
    void a_long_title_ends_with_a_word_and_never_inside_a_character() {
        assertThat(TitleText.ofModel("word ".repeat(40)))
                .hasSizeLessThanOrEqualTo(TitleText.CHARS_MAX)
                .endsWith("word…");
        assertThat(TitleText.ofModel("🌊".repeat(60)))
                .hasSizeLessThanOrEqualTo(TitleText.CHARS_MAX)
                .matches("(🌊)+…");
        assertThat(TitleText.ofModel("x🌊".repeat(60))).matches("(x🌊)+x?…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "what is the time in Lisbon? | What is the time in Lisbon?",
                "/stream 20 0 | Stream 20 0",
                "/echo **hello** | Echo **hello",
                "  `code`  | Code",
                "éclair recipe | Éclair recipe",
                "/ | ''",
            })
    void a_question_is_its_own_title_without_the_slash_of_a_command(String asked, String title) {
        assertThat(TitleText.ofQuestion(asked)).isEqualTo(title);
    }

    @Test
    void of_a_long_question_the_first_sentence_is_enough() {
        assertThat(TitleText.ofQuestion("I need help with my garden. It has roses, tulips and a very large old tree."))
                .isEqualTo("I need help with my garden.");
        assertThat(TitleText.ofQuestion(
                        "Explain how the tides depend on the moon and on the shape of the coast please"))
                .isEqualTo("Explain how the tides depend on the moon and on the shape…");
    }
}
