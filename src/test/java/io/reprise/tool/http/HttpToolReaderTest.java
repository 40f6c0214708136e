package io.reprise.tool.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.definition.SecretRules;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import io.reprise.tool.Replay;
import io.reprise.tool.ToolTraits;
import io.reprise.tool.http.HttpToolReader.Outcome;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HttpToolReaderTest {
    private final HttpToolReader reader =
            new HttpToolReader(new SecretRules(List.of("*_KEY"), List.of("/run/secrets")));

    @Test
    void a_short_file_has_the_defaults() {
        HttpToolDefinition tool = valid("""
                description: Weather
                request:
                  url: https://example.org/weather
                """);

        assertThat(tool.name()).isEqualTo("weather");
        assertThat(tool.request().method()).isEqualTo("GET");
        assertThat(tool.traits()).isEqualTo(new ToolTraits(Replay.SAFE, false, 20_000, 32_768));
        assertThat(tool.direct()).isTrue();
        assertThat(tool.schema()).contains("\"additionalProperties\":false");
        assertThat(tool.response()).isEqualTo(new ResponseMapping("", 32_768, 1_048_576));
    }

    @Test
    void everything_can_be_said_also_as_json() {
        HttpToolDefinition tool = valid("""
                {"name": "book", "description": "Books a room.", "direct": false, "writes": true, "replay": "safe",
                 "timeoutMs": 5000, "secrets": {"key": "env:ROOMS_KEY"},
                 "arguments": {"type": "object", "properties": {"room": {"type": "string"}}, "required": ["room"]},
                 "request": {"method": "POST", "url": "https://rooms.example.org:8443/v1/{room}/bookings",
                   "headers": {"Authorization": "Bearer {secret:key}", "Idempotency-Key": "{call:id}"},
                   "body": {"room": "{room}"}, "redirects": ["*.example.org"]},
                 "response": {"pointer": "/id", "bytesMax": 1000, "readBytesMax": 2000}}""");

        assertThat(tool.name()).isEqualTo("book");
        assertThat(tool.traits()).isEqualTo(new ToolTraits(Replay.SAFE, true, 5_000, 1_000));
        assertThat(tool.direct()).isFalse();
        assertThat(tool.redirects()).containsExactly("*.example.org");
        assertThat(tool.secrets()).containsOnlyKeys("key");
        assertThat(tool.request().shownUrl()).isEqualTo("https://rooms.example.org:8443/v1/.../bookings");
    }

    @Test
    void a_tool_that_sends_something_counts_as_one_that_writes() {
        HttpToolDefinition tool = valid("""
                description: Books
                request: {method: POST, url: "https://example.org/"}
                """);

        assertThat(tool.traits().writes()).isTrue();
        assertThat(tool.traits().replay()).isEqualTo(Replay.UNKNOWN);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("request: {url: 'https://example.org/'}", "description", "must be given"),
                fault("description: x", "request.url", "must be given"),
                fault("descripton: x", "descripton", "did you mean description"),
                fault("description: x\nrequest: {url: 'ftp://example.org/'}", "request.url", "an address such as"),
                fault(
                        "description: x\nrequest: {url: 'https://{host}/'}",
                        "request.url",
                        "without arguments in the host"),
                fault("description: x\nrequest: {url: 'https://ada@example.org/'}", "request.url", "user name"),
                fault("description: x\nrequest: {url: 'https://example.org/?q=1'}", "request.url", "without ? and #"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/{city}'}",
                        "request.url",
                        "no property of arguments"),
                fault("description: x\nrequest: {url: 'https://example.org/a%zz'}", "request.url", "percent-encoded"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/{secret:key}'}",
                        "request.url",
                        "not be in an address"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/', query: {q: '{secret:key}'}}",
                        "request.query",
                        "not named in secrets"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/', query: {q: '{env:key}'}}",
                        "request.query",
                        "is none of"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/', headers: {Host: other}}",
                        "request.headers",
                        "cannot be used"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/', headers: {'X y': other}}",
                        "request.headers",
                        "cannot be used"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/', body: {a: 1}}",
                        "request.body",
                        "no meaning for GET"),
                fault(
                        "description: x\nrequest: {method: FETCH, url: 'https://example.org/'}",
                        "request.method",
                        "one of GET"),
                fault(
                        "description: x\nsecrets: {key: env:HOME}\nrequest: {url: 'https://example.org/'}",
                        "secrets",
                        "catalog.secretVariables"),
                fault(
                        "description: x\nsecrets: {key: 'file:/etc/passwd'}\nrequest: {url: 'https://example.org/'}",
                        "secrets",
                        "catalog.secretFolders"),
                fault(
                        "description: x\nsecrets: {key: s3cret}\nrequest: {url: 'https://example.org/'}",
                        "secrets",
                        "a reference and never the secret"),
                fault(
                        "description: x\narguments: {type: string}\nrequest: {url: 'https://example.org/'}",
                        "arguments",
                        "type object"),
                fault(
                        "description: x\narguments: {type: object, properties: {a: {type: text}}}\nrequest: {url: 'https://example.org/'}",
                        "arguments",
                        "must be one of array"),
                fault(
                        "description: x\narguments: {type: object, properties: {a: {pattern: '('}}}\nrequest: {url: 'https://example.org/'}",
                        "arguments",
                        "no regular expression"),
                fault(
                        "description: x\narguments: {type: object, properties: {a: {$ref: 'https://evil.test/'}}}\nrequest: {url: 'https://example.org/'}",
                        "arguments",
                        "must begin with #"),
                fault(
                        "description: x\nrequest: {url: 'https://example.org/'}\nresponse: {pointer: current}",
                        "response.pointer",
                        "JSON Pointer"),
                fault(
                        "description: x\nname: 'two words'\nrequest: {url: 'https://example.org/'}",
                        "name",
                        "letters, digits"),
                fault(
                        "description: x\nwrites: perhaps\nrequest: {url: 'https://example.org/'}",
                        "writes",
                        "true or false"),
                fault("description: [", "weather.yaml", "is not YAML"));
    }

    private static Arguments fault(String file, String key, String words) {
        return Arguments.of(file, key, words);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void tells_what_is_wrong_and_where(String file, String key, String words) {
        List<SettingsProblem> problems = problems(file);

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.path()).endsWith(key);
            assertThat(problem.fault()).contains(words);
            assertThat(problem.source()).contains("weather.yaml");
        });
    }

    @Test
    void a_secret_that_was_written_by_mistake_is_not_repeated() {
        List<SettingsProblem> problems =
                problems("description: x\nsecrets: {key: s3cret}\nrequest: {url: 'https://example.org/'}");

        assertThat(problems)
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("s3cret"));
    }

    private HttpToolDefinition valid(String text) {
        Outcome outcome = reader.read(FileText.of("conf/tools/weather.yaml", text));
        assertThat(outcome).isInstanceOf(Outcome.Valid.class);
        return ((Outcome.Valid) outcome).definition();
    }

    private List<SettingsProblem> problems(String text) {
        Outcome outcome = reader.read(FileText.of("conf/tools/weather.yaml", text));
        assertThat(outcome).isInstanceOf(Outcome.Invalid.class);
        return ((Outcome.Invalid) outcome).problems();
    }
}
