package io.reprise.agent.title;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    void markup_is_removed_from_titles_of_models(String written, String title) {
        assertThat(TitleText.ofModel(written)).isEqualTo(title);
    }

    static Stream<Arguments> written() {
        return Stream.of(
                Arguments.of("<think>They ask about tides.</think>Tides of Lisbon", "Tides of Lisbon"),
                Arguments.of("<think>\nHm.\n</think>\n\n**Tides of Lisbon**", "Tides of Lisbon"),
                Arguments.of("They ask about tides.</think>Tides of Lisbon", "Tides of Lisbon"),
                Arguments.of("<think>They ask about", ""),
                Arguments.of("<thinking>a</thinking><reasoning>b</reasoning>Tides", "Tides"),
                Arguments.of("[THINK]a[/THINK]Tides", "Tides"),
                Arguments.of(
                        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Tides<|return|>",
                        "Tides"),
                Arguments.of("# Tides", "Tides"),
                Arguments.of("## *Tides* ##", "Tides"),
                Arguments.of("> Tides of *Lisbon*", "Tides of Lisbon"),
                Arguments.of("[Tides of Lisbon](https://example.org)", "Tides of Lisbon"),
                Arguments.of("`Tides` of __Lisbon__", "Tides of Lisbon"),
                Arguments.of("```\nTides of Lisbon\n```", "Tides of Lisbon"),
                Arguments.of("```json\n{\"title\": \"Tides \\\"of\\\" Lisbon\"}\n```", "Tides \"of\" Lisbon"),
                Arguments.of("{\"reason\":\"x\",\"Title\":\"Tides\"}", "Tides"),
                Arguments.of("{\"name\":\"Tides\"}", "Tides"),
                Arguments.of("[\"Tides\"]", "Tides"),
                Arguments.of("{}", ""),
                Arguments.of("<h1>Tides &amp; moons</h1>", "Tides & moons"),
                Arguments.of("<p>Tides <b>of</b> Lisbon</p><script>x()</script>", "Tides of Lisbon"),
                Arguments.of("Map<String, Tide> in Java", "Map<String, Tide> in Java"),
                Arguments.of("Sure! Here is a title for it:\n\n1. Tides of Lisbon\n2. Moons", "Tides of Lisbon"),
                Arguments.of("Here's a title: Tides", "Tides"),
                Arguments.of("---\nTides", "Tides"),
                Arguments.of("Title-case in English", "Title-case in English"),
                Arguments.of("***", ""));
    }

    @ParameterizedTest
    @MethodSource("written")
    void reasoning_and_markup_are_not_used_as_titles(String written, String title) {
        assertThat(TitleText.ofModel(written)).isEqualTo(title);
    }

    @Test
    @Timeout(60)
    void long_sequences_of_markup_characters_are_fast() {
        for (String mark : List.of(
                "*", "_", "`", "[", "![", "<", "<b", "\"", "~", "{\"a\":\"", "\\", "<think>", "# ", "- ", "(")) {
            TitleText.ofModel(mark.repeat(32_000 / mark.length()));
            TitleText.ofQuestion(mark.repeat(32_000 / mark.length()));
        }
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
                "/echo **hello** | Echo hello",
                "/echo first answer with **bold** and `code` | Echo first answer with bold and code",
                "## What *is* this? | What is this?",
                "> quoted _words_ | Quoted words",
                "- [ ] see [the docs](https://example.org/a_b_c \"t\") | See the docs",
                "what does snake_case_name do? | What does snake_case_name do?",
                "2 * 3 * 4 | 2 * 3 * 4",
                "use List<String> in Java | Use List<String> in Java",
                "explain `__init__` and `a*b*c` | Explain __init__ and a*b*c",
                "  `code`  | Code",
                "éclair recipe | Éclair recipe",
                "/ | ''",
            })
    void a_question_is_its_title_without_the_slash_of_a_command(String asked, String title) {
        assertThat(TitleText.ofQuestion(asked)).isEqualTo(title);
    }

    @Test
    void the_title_of_a_long_question_is_its_first_sentence() {
        assertThat(TitleText.ofQuestion("I need help with my garden. It has roses, tulips and a very large old tree."))
                .isEqualTo("I need help with my garden.");
        assertThat(TitleText.ofQuestion(
                        "Explain how the tides depend on the moon and on the shape of the coast please"))
                .isEqualTo("Explain how the tides depend on the moon and on the shape…");
    }
}
