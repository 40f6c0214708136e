package io.reprise.hook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message becomes of a body. */
class HookTemplateTest {
    private static final String BODY = """
            {"issue":{"title":"It $1 \\\\ {{hook}}","number":7,"open":true,"labels":["a","b"],"by":{"id":1.50}},
             "list":[{"id":"x"}],"body":"inside","nothing":null}""";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{issue.number}}         | 7",
                "{{ issue.number }}       | 7",
                "{{issue.open}}           | true",
                "{{issue.labels}}         | [\"a\",\"b\"]",
                "{{issue.labels.1}}       | b",
                "{{issue.by}}             | {\"id\":1.5}",
                "{{list.0.id}}            | x",
                "{{body.body}}            | inside",
                "{{body.issue.number}}    | 7",
                "{{hook}}                 | issues",
                "<{{nothing}}{{issue.x.y}}{{list.1.id}}{{list.x}}{{issue.number.x}}> | <>",
                "No. {{issue.number}}, {{issue.number}} | No. 7, 7",
            })
    void values_of_the_body_take_their_places(String template, String text) {
        assertThat(HookTemplate.filled(template, "issues", BODY)).isEqualTo(text);
    }

    @Test
    void what_was_sent_is_text_and_never_a_template() {
        assertThat(HookTemplate.filled("{{issue.title}}", "issues", BODY)).isEqualTo("It $1 \\ {{hook}}");
    }

    @Test
    void the_whole_body_need_not_be_json() {
        assertThat(HookTemplate.filled("{{body}}|{{x}}", "issues", "ping = 1")).isEqualTo("ping = 1|");
        assertThat(HookTemplate.filled("{{0}}{{body.1}}", "issues", "[1,2]")).isEqualTo("12");
        assertThat(HookTemplate.filled("{{x}}", "issues", "")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{{", "a }} b", "{{}}", "{{ a b }}", "{{a..b}}", "{{.a}}", "{{a}} {{"})
    void templates_that_are_none_are_refused(String template) {
        assertThat(HookTemplate.fault(template)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "{ } {a}", "{{a}}", "{{a-b.c_d.0}} and {{body}}", HookTemplate.STANDARD})
    void other_templates_are_accepted(String template) {
        assertThat(HookTemplate.fault(template)).isEmpty();
    }

    @Test
    void long_templates_are_refused() {
        assertThat(HookTemplate.fault("x".repeat(HookTemplate.CHARS_MAX))).isEmpty();
        assertThat(HookTemplate.fault("x".repeat(HookTemplate.CHARS_MAX + 1))).isPresent();
        assertThat(HookTemplate.fault("{{a}}".repeat(101))).isPresent();
    }
}
