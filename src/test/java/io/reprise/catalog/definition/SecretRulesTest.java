package io.reprise.catalog.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.Kind;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.SettingsProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which secrets the entries of the database may refer to. */
class SecretRulesTest {
    private static final SecretRules RULES =
            new SecretRules(List.of("*_KEY", "LLM_*_2", "ONE"), List.of("/run/secrets", "keys"));

    @ParameterizedTest
    @CsvSource({
        "env:OPENAI_API_KEY, true",
        "env:_KEY, true",
        "env:LLM_a_2, true",
        "env:ONE, true",
        "env:ONE_MORE, false",
        "env:NO_ONE, false",
        "env:KEY, false",
        "env:PGPASSWORD, false",
        "env:REPRISE_SECRETS_KEY, false",
        "file:/run/secrets/llm, true",
        "file:/run/secrets/a/b, true",
        "file:/run/secrets/../../etc/shadow, false",
        "file:/run/secretsandmore, false",
        "file:/etc/shadow, false",
        "file:keys/llm, true",
        "file:keys/../conf/reprise.yaml, false",
        "file:./keys/llm, true",
    })
    void a_reference_is_allowed_by_the_name_of_a_variable_or_a_folder(String reference, boolean allowed) {
        Optional<String> fault = RULES.fault(SecretReference.parse(reference).orElseThrow());

        assertThat(fault.isEmpty()).isEqualTo(allowed);
    }

    @Test
    void the_server_s_own_variables_are_allowed_only_by_name() {
        SecretReference own = SecretReference.parse("env:REPRISE_LLM_KEY").orElseThrow();

        assertThat(new SecretRules(List.of("*"), List.of()).fault(own)).isPresent();
        assertThat(new SecretRules(List.of("REPRISE_LLM_*"), List.of()).fault(own))
                .isEmpty();
    }

    @Test
    void without_a_name_or_a_folder_nothing_is_allowed_and_the_reason_says_which_setting_it_is() {
        SecretRules none = new SecretRules(List.of(), List.of());

        assertThat(none.fault(SecretReference.parse("env:A_KEY").orElseThrow()))
                .hasValueSatisfying(why -> assertThat(why).contains("only none", "catalog.secretVariables"));
        assertThat(none.fault(SecretReference.parse("file:a").orElseThrow()))
                .hasValueSatisfying(why -> assertThat(why).contains("no folder", "catalog.secretFolders"));
    }

    @Test
    void an_absolute_name_of_an_allowed_folder_is_the_same_folder() {
        String file = "file:" + Path.of("keys/llm").toAbsolutePath();

        assertThat(RULES.fault(SecretReference.parse(file).orElseThrow())).isEmpty();
    }

    @Test
    void each_reference_of_an_entry_is_looked_at_and_nothing_else() {
        EntryReader reader = new EntryReader(new ProviderTypes(), MiddlewareTypes.NONE, RULES);

        assertThat(reader.forbiddenSecrets(Kind.PROVIDER, Map.of("type", "openai", "apiKey", "env:HOME")))
                .extracting(SettingsProblem::path)
                .containsExactly("apiKey");
        assertThat(reader.forbiddenSecrets(Kind.PROVIDER, Map.of("type", "openai", "apiKey", "env:A_KEY")))
                .isEmpty();
        assertThat(reader.forbiddenSecrets(Kind.AGENT, Map.of("title", "env:HOME")))
                .isEmpty();
    }

    /** Symptom: an MCP server of the database could be sent any variable of the server. Cause: only single references were looked at. */
    @ParameterizedTest
    @CsvSource({
        "headers, X-Key: env:HOME, 1",
        "headers, X-Key:file:/etc/passwd, 1",
        "headers, X-Key: env:A_KEY, 0",
        "environment, KEY=env:HOME, 1",
        "environment, KEY=env:A_KEY, 0",
        "environment, PATH=/usr/bin, 0"
    })
    void references_in_lists_of_names_and_values_are_looked_at(String key, String value, int problems) {
        EntryReader reader = new EntryReader(new ProviderTypes(), MiddlewareTypes.NONE, RULES);
        Map<String, Object> body = Map.of("url", "https://example.org/mcp", key, List.of("A=b", value));

        assertThat(reader.forbiddenSecrets(Kind.MCP_SERVER, body)).hasSize(problems);
    }
}
