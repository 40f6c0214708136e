package io.reprise.catalog.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading, checking and the schema of entries come from one reader and must agree. */
class EntryReaderTest {
    private static final MiddlewareTypes MIDDLEWARE = new MiddlewareRegistry(List.of()).types();

    /** What each type of middleware cannot do without. */
    private static final Map<String, Map<String, Object>> NEEDED = Map.of(
            "model-call-limit", Map.of("runMax", 5),
            "tool-call-limit", Map.of("sessionMax", 5),
            "tool-cache", Map.of("ttl", List.of("look=60")),
            "approval", Map.of("tools", List.of("pay*")),
            "model-fallback", Map.of("models", List.of("spare")));

    private final EntryReader reader = new EntryReader(new ProviderTypes(), MIDDLEWARE);

    /** Each kind, providers of each type, with settings that are valid. */
    static Stream<Arguments> kinds() {
        List<Arguments> all = new ArrayList<>();
        for (String type : new ProviderTypes().names()) {
            Map<String, Object> body = new HashMap<>(Map.of("type", type));
            if (!List.of("demo", "ollama").contains(type)) body.put("apiKey", "env:KEY");
            if (type.equals("azure")) body.put("endpoint", "https://mine.openai.azure.com");
            all.add(Arguments.of(Kind.PROVIDER, body));
        }
        all.add(Arguments.of(Kind.MODEL, Map.of("provider", "openai", "name", "large")));
        all.add(Arguments.of(Kind.PROMPT, Map.of("text", "Be brief.")));
        all.add(Arguments.of(Kind.AGENT, Map.of()));
        all.add(Arguments.of(Kind.MCP_SERVER, Map.of("url", "https://weather.example.org/mcp")));
        all.add(Arguments.of(Kind.MCP_SERVER, Map.of("url", "https://weather.example.org/mcp", "auth", "oauth")));
        for (String type : MIDDLEWARE.names()) {
            Map<String, Object> body = new HashMap<>(NEEDED.getOrDefault(type, Map.of()));
            body.put("type", type);
            all.add(Arguments.of(Kind.MIDDLEWARE, body));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void valid_settings_are_read_and_fit_the_schema(Kind kind, Map<String, Object> body) {
        assertThat(reader.read(kind, body)).isInstanceOf(Outcome.Valid.class);
        assertThat(schemaAccepts(kind, body, body)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_value_that_the_reader_refuses_does_not_fit_the_schema_and_the_other_way_round(
            Kind kind, Map<String, Object> body) {
        for (SettingKey key : reader.keys(kind, body)) {
            for (Object value : candidates(key)) {
                Map<String, Object> changed = with(body, key.path(), value);
                boolean readable = problems(kind, changed).stream()
                        .noneMatch(problem -> problem.path().equals(key.path()));

                assertThat(readable)
                        .as("%s %s = %s", kind, key.path(), value)
                        .isEqualTo(schemaAccepts(kind, body, changed));
            }
        }
    }

    /** What one key allows may depend on another one; no schema says that, so it is not among those above. */
    @Test
    void a_server_that_is_a_program_is_read_and_fits_the_schema() {
        Map<String, Object> body = Map.of("transport", "stdio", "command", "npx", "args", List.of("-y"));

        valid_settings_are_read_and_fit_the_schema(Kind.MCP_SERVER, body);
        assertThat(problems(Kind.MCP_SERVER, with(body, "auth", "oauth")))
                .extracting(SettingsProblem::path)
                .containsExactly("auth");
    }

    /** Values of every type, and numbers at and beyond the limits. */
    private static List<Object> candidates(SettingKey key) {
        List<Object> values = new ArrayList<>();
        switch (key.kind()) {
            case INTEGER, NUMBER -> {
                values.addAll(List.of("text", true, List.of()));
                if (key.min() != null) values.addAll(List.of(key.min(), key.min() - 1));
                if (key.max() != null) values.addAll(List.of(key.max(), key.max() + 1));
            }
            case BOOLEAN -> values.addAll(List.of(true, false, "true", 1));
            case CHOICE -> {
                // Another type of provider has other keys, which are another schema.
                if (!key.path().equals("type")) values.addAll(key.choices());
                values.addAll(List.of("something else", 7, false));
            }
            case TEXT -> values.addAll(List.of(7, true, List.of("a")));
            case LIST -> values.addAll(List.of("text", 7, List.of(7)));
            case OBJECT -> values.addAll(List.of("text", 7, List.of(7)));
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void every_key_is_explained(Kind kind, Map<String, Object> body) {
        assertThat(reader.keys(kind, body))
                .allSatisfy(key -> assertThat(HelpTexts.of(kind, key.path()))
                        .as(key.path())
                        .isNotBlank());
    }

    @Test
    void all_problems_are_told_at_once_with_the_path_of_each() {
        List<SettingsProblem> problems = problems(
                Kind.AGENT,
                Map.of(
                        "titel", "Wrong",
                        "tools", List.of("fine", "not fine"),
                        "limits", Map.of("stepsMax", 3),
                        "roles", Map.of("title", "UPPER")));

        assertThat(problems)
                .extracting(SettingsProblem::path)
                .containsExactlyInAnyOrder("titel", "tools", "limits.stepsMax", "roles.title");
        assertThat(problems)
                .filteredOn(problem -> problem.path().equals("titel"))
                .singleElement()
                .extracting(SettingsProblem::fault)
                .asString()
                .contains("title");
    }

    @Test
    void a_setting_without_a_default_must_be_given() {
        assertThat(problems(Kind.PROMPT, Map.of()))
                .extracting(SettingsProblem::path)
                .containsExactly("text");
        assertThat(problems(Kind.MODEL, Map.of()))
                .extracting(SettingsProblem::path)
                .containsExactly("provider");
        assertThat(schemaAccepts(Kind.PROMPT, Map.of(), Map.of())).isFalse();
    }

    @Test
    void a_secret_in_place_of_a_reference_is_refused_and_not_shown() {
        List<SettingsProblem> problems = problems(Kind.PROVIDER, Map.of("type", "openai", "apiKey", "sk-very-secret"));

        assertThat(problems).singleElement().asString().contains("env:NAME").doesNotContain("sk-very-secret");
    }

    @Test
    void what_was_given_is_kept_and_defaults_are_not_written_out() {
        Map<String, Object> body = Map.of("limits", Map.of("stepsMax", 30), "tools", List.of("now"), "enabled", false);

        assertThat(((Outcome.Valid) reader.read(Kind.AGENT, body)).body()).isEqualTo(body);
    }

    private List<SettingsProblem> problems(Kind kind, Map<String, Object> body) {
        return reader.read(kind, body) instanceof Outcome.Invalid invalid ? invalid.problems() : List.of();
    }

    private boolean schemaAccepts(Kind kind, Map<String, Object> type, Map<String, Object> body) {
        JsonObject schema = new JsonObject(Json.text(EntrySchema.of(kind, reader, type)));
        return Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic)
                                .setBaseUri("app://reprise"))
                .validate(new JsonObject(Json.text(body)))
                .getValid();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> with(Map<String, Object> body, String path, Object value) {
        Map<String, Object> changed = new HashMap<>(body);
        int dot = path.indexOf('.');
        if (dot < 0) {
            changed.put(path, value);
        } else {
            String first = path.substring(0, dot);
            Map<String, Object> inner = (Map<String, Object>) changed.getOrDefault(first, Map.of());
            changed.put(first, with(inner, path.substring(dot + 1), value));
        }
        return changed;
    }
}
