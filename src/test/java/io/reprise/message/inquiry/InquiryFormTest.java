package io.reprise.message.inquiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.Json;
import io.reprise.message.inquiry.InquiryForm.Checked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InquiryFormTest {
    private static final String FORM = """
            {"type": "object", "required": ["name", "size"], "properties": {
              "name": {"type": "string", "minLength": 2, "maxLength": 5},
              "mail": {"type": "string", "format": "email"},
              "day": {"type": "string", "format": "date"},
              "at": {"type": "string", "format": "date-time"},
              "home": {"type": "string", "format": "uri"},
              "age": {"type": "integer", "minimum": 18, "maximum": 99},
              "price": {"type": "number"},
              "agreed": {"type": "boolean"},
              "size": {"type": "string", "enum": ["S", "M"], "default": "M"},
              "colour": {"type": "string", "oneOf": [{"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]},
              "tags": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"anyOf": [{"const": "a"}, {"const": "b"}, {"const": "c"}]}}
            }}""";

    private static Checked check(String answer) {
        return form(FORM).check(answer);
    }

    private static InquiryForm form(String schema) {
        return InquiryForm.of(Json.parse(schema, JsonNode.class));
    }

    @Test
    void what_fits_is_taken_and_defaults_fill_what_was_left_out() {
        String answer =
                "{\"name\":\"Ada\",\"mail\":\"a@b.org\",\"day\":\"2026-07-28\",\"at\":\"2026-07-28T10:00:00+01:00\","
                        + "\"home\":\"https://b.org/\",\"age\":18.0,\"price\":0.5,\"agreed\":false,\"colour\":\"g\",\"tags\":[\"c\"]}";

        assertThat(check(answer)).isEqualTo(new Checked.Fits(answer.replace("]}", "],\"size\":\"M\"}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|\"name\" is required.",
                "{\"name\":\"A\"}|\"name\" must have at least 2 characters.",
                "{\"name\":\"Abcdef\"}|\"name\" must have at most 5 characters.",
                "{\"name\":7}|\"name\" must be a text.",
                "{\"mail\":\"a\"}|\"mail\" must be an e-mail address.",
                "{\"day\":\"28.7.\"}|\"day\" must be a date such as 2026-07-28.",
                "{\"at\":\"noon\"}|\"at\" must be a date and a time such as 2026-07-28T12:00:00Z.",
                "{\"home\":\"b.org\"}|\"home\" must be an address such as https://example.org/.",
                "{\"age\":17}|\"age\" must be at least 18.",
                "{\"age\":100}|\"age\" must be at most 99.",
                "{\"age\":18.5}|\"age\" must be a whole number.",
                "{\"price\":\"1\"}|\"price\" must be a number.",
                "{\"agreed\":\"yes\"}|\"agreed\" must be true or false.",
                "{\"size\":\"L\"}|\"size\" must be one of the choices.",
                "{\"colour\":\"Red\"}|\"colour\" must be one of the choices.",
                "{\"tags\":[]}|\"tags\" must contain at least 1.",
                "{\"tags\":[\"a\",\"a\"]}|\"tags\" must contain each choice once.",
                "{\"tags\":[\"a\",\"b\",\"c\"]}|\"tags\" must contain at most 2.",
                "{\"tags\":[\"d\"]}|\"tags\" must contain choices only.",
                "{\"other\":1}|The form has no field \"other\"."
            })
    void what_does_not_fit_is_named(String answer, String why) {
        assertThat(check(answer)).isEqualTo(new Checked.Wrong(why));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"array\"}",
                "{\"properties\":{\"a\":{\"type\":\"object\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}",
                "{\"properties\":{\"a\":{}}}",
                "{\"properties\":{},\"required\":[\"a\"]}"
            })
    void what_is_no_form_is_refused(String schema) {
        assertThatThrownBy(() -> form(schema)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_form_without_fields_is_only_confirmed() {
        assertThat(form("{\"type\":\"object\"}").check(null)).isEqualTo(new Checked.Fits("{}"));
    }
}
