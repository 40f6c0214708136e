package io.reprise.agent.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SettingKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What entries of each type are without any settings: in the code, and as the document says it. */
class MiddlewareDefaultsTest {
    private static final String WAITS = "factor=2.0 firstMs=1000 jitterPercent=25 maxMs=60000 retriesMax=2";
    private static final int SHOWN = 20;
    private static final List<String> COMMON = List.of("type", "active", "critical", "priority");

    private final MiddlewareRegistry types = new MiddlewareRegistry(List.of());
    private final String document = document();

    private static String document() {
        try {
            return Files.readString(Path.of("webroot", "docs", "middleware.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "model-call-limit | 5 | atLimit=end runMax= sessionMax=",
                "tool-call-limit | 10 | atLimit=continue runMax= sessionMax= tools=*",
                "prompt-injection | 10 | action=warn input=true patterns= results=true",
                "pii | 50 | arguments=false holdBack=128 input=true kind=email label= output=false pattern= results=false strategy=redact",
                "summarisation | 60 | atFraction= atMessages= atTokens= keepMessages=20 model=",
                "context-editing | 65 | atTokens=100000 clearArguments=false clearAtLeast=0 except= keep=3 placeholder=[cleared]",
                "todo-list | 70 | prompt=(text)",
                "tool-selection | 75 | always= model= toolsMax=8",
                "approval | 80 | tools= when=",
                "model-fallback | 84 | models=",
                "model-retry | 85 | WAITS onFailure=fail",
                "tool-cache | 87 | ttl=",
                "tool-errors | 88 | contains= text=(text) then=answer tools=*",
                "tool-retry | 90 | WAITS tools=*",
                "tool-emulator | 95 | model= tools=*"
            })
    void the_defaults_of_each_type_are_those_of_the_document(String type, int priority, String settings) {
        Map<String, SettingKey> keys = keys(type);

        assertThat(keys.get("priority").standard()).isEqualTo(priority);
        assertThat(keys.get("active").standard()).isEqualTo(true);
        assertThat(keys.get("critical").standard()).isEqualTo(false);
        COMMON.forEach(keys::remove);
        assertThat(written(keys))
                .containsExactlyInAnyOrder(settings.replace("WAITS", WAITS).split(" "));

        String[] row = row(type);
        assertThat(row[2].strip()).isEqualTo(String.valueOf(priority));
        String told = settings.contains("WAITS") ? row[4] + waits() : row[4];
        keys.values().forEach(key -> assertThat(told).as(key.path()).containsPattern(told(key)));
    }

    @Test
    void the_document_has_a_row_for_each_type_and_the_defaults_of_all() {
        assertThat(document)
                .contains("| `active` | `true` |", "| `critical` | `false` |", "| `priority` | of the type |");
        assertThat(rows())
                .extracting(row -> row[1].strip())
                .containsExactlyElementsOf(types.types().names().stream()
                        .map(name -> "`" + name + "`")
                        .toList());
    }

    @Test
    void the_fallbacks_of_an_agent_have_the_place_of_the_type_outside_the_retries_and_equal_ones_go_by_name() {
        assertThat(Fallbacks.PRIORITY)
                .isEqualTo(keys("model-fallback").get("priority").standard());
        assertThat(Fallbacks.PRIORITY).isEqualTo(84);
        List<PlannedMiddleware> planned = List.of(at("b", 84), at("z", 5), at("a", 84), at("", 84), at("c", 85));

        assertThat(PlannedMiddleware.inOrder(planned))
                .extracting(PlannedMiddleware::name)
                .containsExactly("z", "", "a", "b", "c");
    }

    private static PlannedMiddleware at(String name, int priority) {
        return new PlannedMiddleware(name, priority, false, setup -> new Middleware() {});
    }

    private Map<String, SettingKey> keys(String type) {
        return new EntryReader(new ProviderTypes(), types.types())
                .keys(Kind.MIDDLEWARE, Map.of("type", type)).stream()
                        .collect(Collectors.toMap(SettingKey::path, Function.identity(), (a, b) -> b, TreeMap::new));
    }

    private static List<String> written(Map<String, SettingKey> keys) {
        return keys.values().stream()
                .map(key -> key.path() + "=" + (isLong(standard(key)) ? "(text)" : standard(key)))
                .toList();
    }

    private static String standard(SettingKey key) {
        if (key.standard() == null) return "";
        return key.standard() instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
                : String.valueOf(key.standard());
    }

    /** A text that the document does not repeat. */
    private static boolean isLong(String standard) {
        return standard.length() > SHOWN;
    }

    /** The name of the key, and its default behind it: in brackets, as the first choice, or after a space. */
    private static Pattern told(SettingKey key) {
        String name = "`" + Pattern.quote(key.path()) + "`";
        String standard = standard(key);
        if (standard.isEmpty() || isLong(standard)) return Pattern.compile(name);
        String value = Pattern.quote(standard);
        return Pattern.compile(name + "(?: \\(`?" + value + "`?[,)]|: `" + value + "`| " + value + "(?!\\w|\\.\\d))");
    }

    private String[] row(String type) {
        return rows().stream()
                .filter(row -> row[1].strip().equals("`" + type + "`"))
                .findFirst()
                .orElseThrow();
    }

    private List<String[]> rows() {
        String types = document.substring(document.indexOf("\n## Types\n"), document.indexOf("\nWaits of retries:"));
        return Arrays.stream(types.split("\n"))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|"))
                .toList();
    }

    private String waits() {
        int begin = document.indexOf("\nWaits of retries:");
        return document.substring(begin, document.indexOf("\n\n", begin));
    }
}
