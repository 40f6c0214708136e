package io.reprise.tool.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentCheckTest {
    private static final ArgumentCheck CHECK = ArgumentCheck.of("""
            {"type":"object","properties":{
               "city":{"type":"string","minLength":1,"maxLength":5},
               "days":{"type":"integer","minimum":1,"maximum":7,"default":3},
               "units":{"enum":["c","f"]},
               "tags":{"type":"array","items":{"type":"string","pattern":"^[a-z]+$"},"maxItems":2},
               "at":{"$ref":"#/$defs/place"}},
             "required":["city"],"additionalProperties":false,
             "$defs":{"place":{"type":"object","required":["x"],"properties":{"x":{"type":"number"}}}}}""");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                 | city is missing",
                "{'city':5}                         | city must be a string",
                "{'city':''}                        | city must have at least 1 characters",
                "{'city':'Bremerhaven'}             | city must have at most 5 characters",
                "{'city':'x','days':8}              | days must be at most 7",
                "{'city':'x','days':'soon'}         | days must be an integer",
                "{'city':'x','units':'k'}           | units must be one of [\"c\",\"f\"]",
                "{'city':'x','tags':['A']}          | tags.0 must match ^[a-z]+$",
                "{'city':'x','tags':['a','b','c']}  | tags must have at most 2 items",
                "{'city':'x','at':{}}               | at.x is missing",
                "{'city':'x','at':{'x':'1'}}        | at.x must be a number"
            })
    void tells_what_an_argument_must_be(String arguments, String fault) {
        assertThat(CHECK.faults(json(arguments)))
                .extracting(found -> found.path() + " " + found.fault())
                .containsExactly(fault)
                .noneMatch(found -> found.contains("does not fit the schema"));
    }

    @Test
    void an_argument_that_does_not_exist_is_refused() {
        assertThat(CHECK.faults(json("{'city':'x','town':'y'}")))
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault.fault()).contains("does not exist here"));
    }

    @Test
    void arguments_that_fit_have_no_faults_and_get_the_defaults() {
        ObjectNode complete = CHECK.completed(json("{'city':'Rome','at':{'x':1.5}}"));

        assertThat(CHECK.faults(complete)).isEmpty();
        assertThat(complete.get("days").intValue()).isEqualTo(3);
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"'), ObjectNode.class);
    }
}
