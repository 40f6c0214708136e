package io.reprise.tool.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.catalog.definition.SecretRules;
import io.reprise.config.read.FileText;
import io.reprise.message.Json;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.testing.Seed;
import io.reprise.tool.ToolFailure;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTemplateTest {
    private static final String FILE = """
            description: x
            secrets: {key: env:ANY_KEY}
            arguments:
              type: object
              properties: {a: {}, b: {}, c: {}, list: {}}
            request:
              method: POST
              url: https://example.org/v1/{a}{b}/of-{c}/end
              query: {q: "{c}", all: "{list}", fixed: "a b"}
              headers: {X-A: "{a}", X-Fixed: "one", Authorization: "Bearer {secret:key}"}
              body: {a: "{a}", text: "<{a}|{b}>", deep: [{c: "{c}"}, 7], brace: "{{a}}"}
            """;

    private static final HttpToolDefinition TOOL = definition(FILE);

    private final Random random = Seed.random("RequestTemplateTest");

    @Test
    void values_stand_where_the_file_says() {
        OutgoingCall call = request(Map.of("a", "x y", "b", "/", "c", "ü", "list", List.of("1&2", 3)));

        assertThat(call.url())
                .isEqualTo("https://example.org/v1/x%20y%2F/of-%C3%BC/end?q=%C3%BC&all=1%262&all=3&fixed=a%20b");
        assertThat(call.headers()).containsEntry("X-Fixed", "one").containsEntry("Content-Type", "application/json");
        assertThat(call.secretHeaders()).containsEntry("X-A", "x y").containsEntry("Authorization", "Bearer s3cret");
        assertThat(body(call))
                .isEqualTo(Json.parse(
                        "{\"a\":\"x y\",\"text\":\"<x y|/>\",\"deep\":[{\"c\":\"ü\"},7],\"brace\":\"{a}\"}",
                        JsonNode.class));
    }

    @Test
    void an_argument_that_is_all_of_a_value_keeps_its_type_and_one_that_was_not_given_leaves_it_out() {
        OutgoingCall call = request(Map.of("a", 5, "b", true, "c", "c"));

        assertThat(body(call).get("a").isInt()).isTrue();
        assertThat(call.url()).doesNotContain("all=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../../admin", "x/../y", "..\\admin"})
    void a_value_cannot_name_another_place_of_the_path(String value) {
        assertThatThrownBy(() -> request(Map.of("a", value, "b", "", "c", "c"))).isInstanceOf(ToolFailure.class);
        assertThatThrownBy(() -> request(Map.of("a", value, "b", "/", "c", "c")))
                .isInstanceOf(ToolFailure.class);
    }

    @Test
    void two_values_cannot_name_another_place_together() {
        assertThatThrownBy(() -> request(Map.of("a", ".", "b", ".", "c", "c"))).isInstanceOf(ToolFailure.class);
        assertThatThrownBy(() -> request(Map.of("a", "", "b", "", "c", "c")))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("must not be empty");
    }

    @Test
    void a_value_cannot_begin_another_header() {
        assertThatThrownBy(() -> request(Map.of("a", "x\r\nX-Evil: 1", "b", "b", "c", "c")))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("X-A");
    }

    /** Whatever arguments are: the address keeps its host, its segments and its parameters, or the call is refused. */
    @Test
    void no_arguments_change_the_shape_of_a_request() {
        int made = 0;
        for (int round = 0; round < 20_000; round++) {
            Map<String, Object> arguments = Map.of("a", ascii(), "b", wild(), "c", wild());
            OutgoingCall call;
            try {
                call = request(arguments);
            } catch (ToolFailure refused) {
                continue;
            }
            made++;
            URI url = URI.create(call.url());
            assertThat(url.getScheme() + "://" + url.getRawAuthority()).isEqualTo("https://example.org");
            assertThat(url.normalize()).isEqualTo(url);
            String[] segments = url.getRawPath().split("/", -1);
            assertThat(segments).hasSize(5);
            assertThat(decoded(segments[2])).isEqualTo(arguments.get("a") + "" + arguments.get("b"));
            assertThat(decoded(segments[2]).split("[/\\\\]", -1)).doesNotContain("..", ".");
            assertThat(decoded(segments[3])).isEqualTo("of-" + arguments.get("c"));
            String[] pairs = url.getRawQuery().split("&");
            assertThat(pairs).hasSize(2);
            assertThat(decoded(pairs[0])).isEqualTo("q=" + arguments.get("c"));
            assertThat(url.getRawFragment()).isNull();
            assertThat(call.secretHeaders().values())
                    .allSatisfy(value -> assertThat(value.chars().allMatch(c -> c >= ' ' && c < 127))
                            .isTrue());
            assertThat(body(call).get("text").textValue())
                    .isEqualTo("<" + arguments.get("a") + "|" + arguments.get("b") + ">");
        }
        assertThat(made).isGreaterThan(1_000);
    }

    private String ascii() {
        return text("ab./%2fF#?&=:@ {}\"'<>|^`~-_;,+*");
    }

    private String wild() {
        return text("ab../\\%25E#?&=: {}\"\u0001\r\n\tü€\uD83D\uDE00");
    }

    private String text(String letters) {
        int[] points = letters.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i >= 0; i--) text.appendCodePoint(points[random.nextInt(points.length)]);
        return text.toString();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Test
    void without_a_body_the_arguments_that_stand_nowhere_else_are_sent() {
        OutgoingCall call = definition("""
                        description: x
                        arguments: {type: object, properties: {id: {}, title: {}, count: {}}}
                        request: {method: PUT, url: "https://example.org/{id}"}
                        """).request().with(values(Map.of("id", "7", "title", "a \"b\"", "count", 2)));

        assertThat(call.url()).isEqualTo("https://example.org/7");
        assertThat(body(call)).isEqualTo(Json.parse("{\"title\":\"a \\\"b\\\"\",\"count\":2}", JsonNode.class));
    }

    @Test
    void a_form_has_each_value_in_its_field() {
        OutgoingCall call = definition("""
                        description: x
                        arguments: {type: object, properties: {to: {}, text: {}}}
                        request:
                          method: POST
                          url: https://example.org
                          form: {to: "{to}", text: "{text}", from: me}
                        """).request().with(values(Map.of("to", "a&to=b", "text", "1 + 1 = 2")));

        assertThat(call.headers()).containsEntry("Content-Type", "application/x-www-form-urlencoded");
        assertThat(new String(call.body(), StandardCharsets.UTF_8))
                .isEqualTo("to=a%26to%3Db&text=1%20%2B%201%20%3D%202&from=me");
        assertThat(call.url()).isEqualTo("https://example.org/");
    }

    @Test
    void secrets_are_taken_out_of_answers_in_every_form() {
        Secrecy secrets = new Secrecy(List.of("a\"b c"));

        assertThat(Stream.of("1 a\"b c 2", "{\"k\":\"a\\\"b c\"}", "?k=a%22b%20c")
                        .map(secrets::masked))
                .containsExactly("1 [secret] 2", "{\"k\":\"[secret]\"}", "?k=[secret]");
    }

    private static OutgoingCall request(Map<String, Object> arguments) {
        return TOOL.request().with(values(arguments));
    }

    private static Values values(Map<String, Object> arguments) {
        return new Values(Json.parse(Json.text(arguments), ObjectNode.class), Map.of("key", "s3cret"), "call_1", "ada");
    }

    private static JsonNode body(OutgoingCall call) {
        return Json.parse(new String(call.body(), StandardCharsets.UTF_8), JsonNode.class);
    }

    private static HttpToolDefinition definition(String file) {
        var outcome = new HttpToolReader(SecretRules.NONE).read(FileText.of("conf/tools/any.yaml", file));
        assertThat(outcome).isInstanceOf(HttpToolReader.Outcome.Valid.class);
        return ((HttpToolReader.Outcome.Valid) outcome).definition();
    }
}
