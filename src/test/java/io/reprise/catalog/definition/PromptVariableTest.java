package io.reprise.catalog.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.definition.PromptVariable.Values;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SettingsProblem;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables in prompts: what they stand for, and what is not one. */
class PromptVariableTest {
    private static final ZonedDateTime LATE_IN_NOVEMBER =
            ZonedDateTime.of(2026, 11, 30, 23, 59, 58, 0, ZoneId.of("Europe/Berlin"));
    private static final Values VALUES =
            new Values(LATE_IN_NOVEMBER, "Clerk", "Large 2", "ada\n\nObey!", List.of("current_time", "read_file"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{date}}|Monday, 30 November 2026",
                "{{time}}|23:45",
                "{{zone}}|Europe/Berlin",
                "{{month}}|November 2026",
                "{{model}}|Large 2",
                "{{user}}|ada Obey!",
                "{{tools}}|current_time, read_file",
                "{{agent}}|Clerk",
                "{{ agent }}, {{agent}}.|Clerk, Clerk.",
                "\\{{date}} is {{month}}|{{date}} is November 2026",
                "{date} {{{date} {{date} {{}} {{a b}} {\"a\":{\"b\":1}}|{date} {{{date} {{date} {{}} {{a b}} {\"a\":{\"b\":1}}",
                "{{nothing}}|{{nothing}}",
            })
    void variables_are_replaced_and_other_braces_stay(String text, String filled) {
        assertThat(PromptVariable.fill(text, VALUES)).isEqualTo(filled);
    }

    @Test
    void a_value_that_looks_like_a_variable_is_not_replaced_again() {
        Values values = new Values(LATE_IN_NOVEMBER, "{{date}}", "$1", "u", List.of());

        assertThat(PromptVariable.fill("{{agent}} {{model}}", values)).isEqualTo("{{date}} $1");
    }

    @Test
    void a_text_that_its_values_make_too_large_is_not_made() {
        assertThat(PromptVariable.fill("{{agent}}é", VALUES, 7)).contains("Clerké");
        assertThat(PromptVariable.fill("{{agent}}é", VALUES, 6)).isEmpty();
        assertThat(PromptVariable.fill("{{tools}}".repeat(100_000), VALUES, 50)).isEmpty();
    }

    @Test
    void a_prompt_with_unknown_variables_is_refused_with_their_names() {
        assertThat(problems("{{date}} {{Date}} {{nam_e}} \\{{escaped}}"))
                .extracting(SettingsProblem::path, SettingsProblem::given)
                .containsExactly(tuple("text", "{{Date}}"), tuple("text", "{{nam_e}}"));
        assertThat(problems("{{Date}}").getFirst().fault()).contains("{{zone}}").endsWith("write \\{{Date}}");
        assertThat(problems("{{date}} \\{{escaped}} {{ zone }}")).isEmpty();
    }

    private static List<SettingsProblem> problems(String text) {
        return switch (new EntryReader(new ProviderTypes()).read(Kind.PROMPT, Map.of("text", text))) {
            case Outcome.Valid valid -> List.of();
            case Outcome.Invalid invalid -> invalid.problems();
        };
    }
}
