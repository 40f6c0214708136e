package io.reprise.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import org.junit.jupiter.api.Test;

class ModelSchemaTest {
    private static String of(String schema) {
        return ModelSchema.of(json(schema), 4_096, 32).toString();
    }

    private static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"'), ObjectNode.class);
    }

    private static String text(String json) {
        return json(json).toString();
    }

    @Test
    void what_models_can_use_stays_as_it_is() {
        String schema = """
            {'type':'object','properties':{'a':{'type':['string','null'],'format':'date','pattern':'x','default':1},
            'b':{'oneOf':[{'const':1},{'enum':[2,'c']}]},'$ref':{'type':'string'}},'required':['a'],
            'additionalProperties':false}\
            """;

        assertThat(json(of(schema))).isEqualTo(json(schema));
    }

    @Test
    void local_references_are_replaced_by_their_target() {
        assertThat(json(of("""
            {'type':'object','$schema':'x','$defs':{'city':{'type':'string','description':'A city'}},
            'properties':{'from':{'$ref':'#/$defs/city','description':'Where it begins'}}}\
            """))).isEqualTo(json("""
                    {'type':'object','properties':{'from':{'type':'string','description':'Where it begins'}}}\
                    """));
    }

    @Test
    void what_is_recursive_or_elsewhere_may_be_anything() {
        assertThat(of("""
            {'type':'object','$defs':{'node':{'description':'A node','properties':{'next':{'$ref':'#/$defs/node'}}}},
            'properties':{'first':{'$ref':'#/$defs/node'},'far':{'$ref':'https://example.org/schema'}}}\
            """)).isEqualTo(text("""
                    {'type':'object','properties':{'first':{'description':'A node','properties':{'next':{'description':'A node'}}},
                    'far':{}}}\
                    """));
    }

    @Test
    void references_that_double_at_each_level_stay_below_the_limit() {
        StringBuilder defs = new StringBuilder("{'type':'object','$defs':{'d0':{'type':'string'}");
        for (int i = 1; i <= 30; i++) {
            defs.append(",'d%d':{'properties':{'a':{'$ref':'#/$defs/d%d'},'b':{'$ref':'#/$defs/d%d'}}}"
                    .formatted(i, i - 1, i - 1));
        }
        String schema = defs + "},'properties':{'all':{'$ref':'#/$defs/d30'}}}";

        assertThat(of(schema).length()).isLessThan(40_000);
    }

    @Test
    void alternatives_at_the_top_become_one_object() {
        assertThat(
                        of(
                                "{'anyOf':[{'properties':{'a':{'type':'string'}}},{'properties':{'b':{'type':'string'}},'required':['b']}]}"))
                .isEqualTo(text("{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}}}"));
    }
}
