package io.reprise.catalog.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.FileText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that was written says what the entry says. */
class EntryFileTest {
    private static final EntryReader READER = new EntryReader(new ProviderTypes());

    static Stream<Arguments> entries() {
        return Stream.of(
                Arguments.of(
                        Kind.PROVIDER,
                        Map.of(
                                "type",
                                "openai",
                                "baseUrl",
                                "https://llm.example.org/v1",
                                "apiKey",
                                "env:LLM_KEY",
                                "headers",
                                List.of("X-Team: a: b # c", "X-Yes: 'no'"),
                                "askUsage",
                                false,
                                "connectMs",
                                1234)),
                Arguments.of(
                        Kind.MODEL,
                        Map.of(
                                "provider",
                                "work",
                                "name",
                                "1.5",
                                "title",
                                "true",
                                "temperature",
                                0.5,
                                "extra",
                                Map.of("a", Map.of("b", List.of(1, "2", true)), "c", "null"),
                                "prices",
                                Map.of("input", 0.25))),
                Arguments.of(
                        Kind.AGENT,
                        Map.of(
                                "title",
                                "yes",
                                "description",
                                "# two\nlines: \"x\"",
                                "tools",
                                List.of("*"),
                                "limits",
                                Map.of("stepsMax", 9))),
                Arguments.of(Kind.AGENT, Map.of()),
                Arguments.of(Kind.PROMPT, Map.of("text", "One line.")),
                Arguments.of(Kind.PROMPT, Map.of("text", "---\nBegins like a head.\n---\nAnd goes on.")),
                Arguments.of(
                        Kind.PROMPT, Map.of("text", "Two\n\n---\n\nparts", "status", "testing", "note", "Why: this.")));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void what_was_written_is_read_again(Kind kind, Map<String, Object> body) {
        EntryKey key = new EntryKey(kind, "it");

        EntryFile file = EntryFile.of(key, body);

        CatalogFiles read =
                CatalogFiles.of(List.of(FileText.of("conf/" + kind.plural() + "/" + file.name(), file.text())), READER);
        assertThat(read.problems()).as(file.text()).isEmpty();
        assertThat(read.entries().getFirst().key()).isEqualTo(key);
        assertThat(read.entries().getFirst().body()).as(file.text()).isEqualTo(body);
    }

    @Test
    void a_file_is_written_for_people() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("provider", "work");
        body.put("fallbacks", List.of("slow"));

        assertThat(EntryFile.of(new EntryKey(Kind.MODEL, "fast"), body))
                .isEqualTo(new EntryFile("fast.yaml", "provider: work\nfallbacks:\n- slow\n"));
        assertThat(EntryFile.of(new EntryKey(Kind.PROMPT, "short"), Map.of("text", "Be brief.")))
                .isEqualTo(new EntryFile("short.md", "Be brief.\n"));
    }
}
