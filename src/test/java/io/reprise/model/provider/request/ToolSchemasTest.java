package io.reprise.model.provider.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import io.reprise.model.ModelRequest.ToolSpec;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ToolSchemasTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void every_property_is_passed_on_as_it_was_written() throws IOException {
        String zone =
                "{\"anyOf\":[{\"type\":\"string\",\"enum\":[\"UTC\",\"CET\"]},{\"type\":\"null\"}],\"default\":null}";
        String days =
                "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\",\"additionalProperties\":false,"
                        + "\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"n\"]}}";

        JsonObjectSchema schema = of("{\"type\":\"object\",\"properties\":{\"zone\":" + zone + ",\"days\":" + days
                + "},\"required\":[\"days\"]}");

        assertThat(schema.properties()).containsOnlyKeys("zone", "days");
        assertProperty(schema, "zone", zone);
        assertProperty(schema, "days", days);
        assertThat(schema.required()).containsExactly("days");
    }

    @Test
    void references_are_replaced_by_what_they_name() throws IOException {
        JsonObjectSchema schema = of("""
                {"type": "object",
                 "properties": {"from": {"$ref": "#/$defs/day", "description": "first"},
                                "to": {"$ref": "#/definitions/other"}},
                 "$defs": {"day": {"type": "object", "properties": {"name": {"$ref": "#/$defs/name"}}},
                           "name": {"type": "string"}},
                 "definitions": {"other": {"type": "integer"}}}""");

        assertProperty(
                schema,
                "from",
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"description\":\"first\"}");
        assertProperty(schema, "to", "{\"type\":\"integer\"}");
    }

    @Test
    void a_schema_that_refers_to_itself_accepts_anything() throws IOException {
        JsonObjectSchema schema = of("""
                {"type": "object", "properties": {"tree": {"$ref": "#/$defs/tree"}},
                 "$defs": {"tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}}}}}""");

        assertProperty(schema, "tree", "{\"type\":\"object\",\"properties\":{\"left\":{}}}");
    }

    @Test
    void a_tool_without_a_schema_has_no_parameters() {
        for (String text : new String[] {"{}", "", "no json", "[]", "{\"type\":\"object\"}"}) {
            assertThat(of(text).properties()).isEmpty();
            assertThat(of(text).required()).isEmpty();
        }
    }

    private static JsonObjectSchema of(String schema) {
        return ToolSchemas.of(new ToolSpec("time", "Tells the time.", schema)).parameters();
    }

    private static void assertProperty(JsonObjectSchema schema, String name, String expected) throws IOException {
        String written = ((JsonRawSchema) schema.properties().get(name)).schema();
        assertThat(JSON.readTree(written)).isEqualTo(JSON.readTree(expected));
    }
}
