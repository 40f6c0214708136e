package io.reprise.catalog.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.middleware.MiddlewareRegistry;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.provider.ModelBounds;
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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lengths and patterns of texts: what the reader of entries refuses does not fit their schema, and the other way round. */
class SchemaBoundsTest {
    /** Keys whose texts may be anything. */
    private static final Set<String> FREE = Set.of("name", "contains");

    /** Faults that depend on other keys, which the schema does not tell. */
    private static final Pattern ON_OTHERS = Pattern.compile("must be given|needs |cannot be used together");

    /** Texts on both sides of the patterns. Those of rules that no schema tells are not among them. */
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "A",
            "7",
            "-",
            "_",
            ".",
            "*",
            "/",
            "@",
            ":",
            "=",
            "a b",
            "ab",
            "a-b",
            "a_b",
            "a.b",
            "a*",
            "a**",
            "*a",
            "a/b",
            "a//b",
            "/a",
            "../a",
            "a/..",
            "a/.b",
            ".a",
            "a:b",
            "a\\b",
            "a@1",
            "a@0",
            "a@01",
            "a@100",
            "a@101",
            "a@",
            "@1",
            "a=1",
            "a=0",
            "a*=60",
            "=1",
            "A_B=c d",
            "9A=c",
            "A=",
            "A=\u0007",
            "Name: env:X",
            "Name:file:/x",
            "Name: x",
            "Name:",
            "na me: env:X",
            "env:A",
            "env:",
            "env:9",
            "env:A B",
            "file:/x",
            "file:",
            "file:  ",
            " env:A ",
            "https://h",
            "https://h/v1",
            "https://h/v1?q=1",
            "https://h#a",
            "https://u@h/",
            "http:// h",
            "ftp://h",
            "image",
            "pdf",
            "images",
            "context",
            "state",
            "forwardedProps",
            "Context",
            "/amount > 100",
            "/amount >",
            "/amount exists",
            "amount = 1",
            "/a = b c",
            " /a = b ",
            "\u00e9",
            "\u0001",
            "\ud83d\ude00");

    private final EntryReader reader = new EntryReader(new ProviderTypes(), new MiddlewareRegistry(List.of()).types());

    static Stream<Arguments> kinds() {
        return EntryReaderTest.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_text_that_the_reader_refuses_does_not_fit_the_schema_and_the_other_way_round(
            Kind kind, Map<String, Object> body) {
        Validator schema = schema(EntrySchema.of(kind, reader, body));
        for (SettingKey key : reader.keys(kind, body)) {
            if (key.kind() != SettingKey.Kind.TEXT && key.kind() != SettingKey.Kind.LIST) continue;
            if (FREE.contains(key.path())) continue;
            assertThat(key.form()).as("%s %s has a form", kind, key.path()).isNotNull();
            int taken = 0;
            int refused = 0;
            for (String text : texts(key)) {
                Object value = key.kind() == SettingKey.Kind.LIST ? List.of(text) : text;
                boolean fits = fits(schema, body, key, value);
                boolean isRead = problems(kind, EntryReaderTest.with(body, key.path(), value)).stream()
                        .filter(problem -> !ON_OTHERS.matcher(problem.fault()).lookingAt())
                        .noneMatch(problem -> problem.path().equals(key.path()));
                String about = "%s %s = %s".formatted(kind, key.path(), text.length() > 99 ? text.length() : text);
                if (key.form().isWhole()) assertThat(fits).as(about).isEqualTo(isRead);
                else if (isRead) assertThat(fits).as(about).isTrue();
                if (fits) taken++;
                else refused++;
            }
            assertThat(taken).as("texts that fit %s %s", kind, key.path()).isPositive();
            assertThat(refused)
                    .as("texts that do not fit %s %s", kind, key.path())
                    .isPositive();
        }
    }

    /** Also so long that they are just right, and one character too long. */
    private static List<String> texts(SettingKey key) {
        List<String> all = new ArrayList<>(TEXTS);
        for (int length : new int[] {20, 32, 57, 58, 64, 80, 100, 128, 200, 256, 300, 500, 1_000, 2_000, 4_000}) {
            all.add("a".repeat(length));
            all.add("a".repeat(length + 1));
        }
        Integer max = key.form().charactersMax();
        if (max != null) {
            all.add("a".repeat(max));
            all.add("a".repeat(max + 1));
            all.add("a".repeat(max) + " ");
            // Only a prompt counts bytes, and no schema says that.
            if (key.form().isWhole()) all.add("\ud83d\ude00".repeat(max));
        }
        return all;
    }

    /**
     * Symptom: {@code 5.0} fits the schema of an integer, and a number with seven decimals that of a price, but the reader
     * refused both.
     */
    @ParameterizedTest
    @MethodSource("kinds")
    void a_number_is_judged_alike_however_it_is_written(Kind kind, Map<String, Object> body) {
        Validator schema = schema(EntrySchema.of(kind, reader, body));
        for (SettingKey key : reader.keys(kind, body)) {
            if (key.kind() != SettingKey.Kind.INTEGER && key.kind() != SettingKey.Kind.NUMBER) continue;
            for (String number : numbers(key)) {
                Object value = new JsonObject("{\"number\":" + number + "}").getValue("number");
                boolean isRead = problems(kind, EntryReaderTest.with(body, key.path(), value)).stream()
                        .noneMatch(problem -> problem.path().equals(key.path())
                                && problem.fault().equals("must be " + key.expected()));
                assertThat(isRead).as("%s %s = %s", kind, key.path(), number).isEqualTo(fits(schema, body, key, value));
            }
        }
    }

    private static List<String> numbers(SettingKey key) {
        List<String> all = new ArrayList<>(List.of(
                "-0.0",
                "0.5",
                "0.1234567",
                "0.12345678901234567890",
                "1e-7",
                "5.0",
                "1e2",
                "1.5e1",
                "2.5E+7",
                "1e300",
                "100000000000000000000"));
        for (long bound : new long[] {key.min(), key.max()}) {
            for (long near : new long[] {bound - 1, bound, bound + 1}) {
                all.add(String.valueOf(near));
                all.add(near + ".0");
                all.add(near + ".5");
                all.add(near + ".00000001");
            }
        }
        return all;
    }

    @Test
    void a_whole_number_is_saved_as_one() {
        Map<String, Object> model =
                Map.of("provider", "p", "name", "m", "maxTokens", 5.0, "prices", Map.of("input", 1e-7));

        Map<String, Object> saved = ((Outcome.Valid) reader.read(Kind.MODEL, model)).body();

        assertThat(saved).containsEntry("maxTokens", 5).containsEntry("prices", Map.of("input", 1e-7));
    }

    /** Numbers at and beyond the bounds of each type of providers; other keys are those of all models. */
    @Test
    void the_schema_of_a_model_has_the_bounds_of_its_provider() {
        for (Arguments each : (Iterable<Arguments>) kinds()::iterator) {
            if (each.get()[0] != Kind.PROVIDER) continue;
            @SuppressWarnings("unchecked")
            Map<String, Object> provider = (Map<String, Object>) each.get()[1];
            String type = (String) provider.get("type");
            Map<String, Object> model = Map.of("provider", "p", "name", "m");
            Validator schema = schema(EntrySchema.ofModel(reader, type));
            for (Map.Entry<String, Object> value : List.of(
                    Map.entry("temperature", (Object) 0),
                    Map.entry("temperature", (Object) 1),
                    Map.entry("temperature", (Object) 1.01),
                    Map.entry("temperature", (Object) 2),
                    Map.entry("temperature", (Object) 2.01),
                    Map.entry("thinkingTokens", (Object) 2_000),
                    Map.entry("thinkingTokens", (Object) 100_001),
                    Map.entry("numCtx", (Object) 255),
                    Map.entry("numCtx", (Object) 256),
                    Map.entry("takes", (Object) List.of("image")),
                    Map.entry("takes", (Object) List.of("image", "pdf")))) {
                Map<String, Object> given = EntryReaderTest.with(model, value.getKey(), value.getValue());
                assertThat(isRead(provider, given, value.getKey()))
                        .as("%s %s", type, value)
                        .isEqualTo(schema.validate(new JsonObject(given)).getValid());
            }
        }
        assertThat(ModelBounds.of("anthropic").temperatureMax()).isEqualTo(1);
        assertThat(ModelBounds.of("openai").temperatureMax()).isEqualTo(2);
    }

    private boolean isRead(Map<String, Object> provider, Map<String, Object> model, String path) {
        Outcome.Valid at = (Outcome.Valid) reader.read(Kind.PROVIDER, provider);
        return Stream.concat(
                        problems(Kind.MODEL, model).stream(),
                        reader.problemsAt(((ProviderDefinition) at.definition()).settings(), model).stream())
                .noneMatch(problem -> problem.path().equals(path));
    }

    private static boolean fits(Validator schema, Map<String, Object> body, SettingKey key, Object value) {
        return schema.validate(new JsonObject(Json.text(EntryReaderTest.with(body, key.path(), value))))
                .getValid();
    }

    private List<SettingsProblem> problems(Kind kind, Map<String, Object> body) {
        return reader.read(kind, new HashMap<>(body)) instanceof Outcome.Invalid invalid
                ? invalid.problems()
                : List.of();
    }

    private static Validator schema(Map<String, Object> schema) {
        return Validator.create(
                JsonSchema.of(new JsonObject(Json.text(schema))),
                new JsonSchemaOptions()
                        .setDraft(Draft.DRAFT202012)
                        .setOutputFormat(OutputFormat.Flag)
                        .setBaseUri("app://reprise"));
    }
}
