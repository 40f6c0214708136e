package io.reprise.mcp.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParamHeaderTest {
    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"'), ObjectNode.class);
    }

    @Test
    void a_marked_argument_is_found_also_inside_another_one() throws Exception {
        var headers = ParamHeader.of(json("""
            {'properties':{'x-mcp-header':{'type':'string'},'where':{'properties':{'region':{'type':'integer','x-mcp-header':'Region'}}}}}\
            """));

        assertThat(headers).singleElement().satisfies(header -> {
            assertThat(header.header()).isEqualTo("Mcp-Param-Region");
            assertThat(header.value(json("{'where':{'region':7}}"))).contains("7");
            assertThat(header.value(json("{'where':{'region':null}}"))).isEmpty();
            assertThat(header.value(json("{}"))).isEmpty();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'properties':{'a':{'type':'string','x-mcp-header':''}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':'with space'}}}",
                "{'properties':{'a':{'type':'number','x-mcp-header':'A'}}}",
                "{'properties':{'a':{'type':'object','x-mcp-header':'A'}}}",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A'},'b':{'type':'string','x-mcp-header':'a'}}}",
                "{'properties':{'a':{'type':'array','items':{'type':'string','x-mcp-header':'A'}}}}",
                "{'anyOf':[{'properties':{'a':{'type':'string','x-mcp-header':'A'}}}]}",
                "{'$defs':{'a':{'type':'string','x-mcp-header':'A'}}}"
            })
    void a_mark_that_is_not_allowed_is_reported(String schema) {
        assertThatThrownBy(() -> ParamHeader.of(json(schema))).isInstanceOf(ParamHeader.InvalidException.class);
    }
}
