package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.provider.ModelChecker.Result;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.model.Connection;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SecretReference;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import io.reprise.model.ModelCheck;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a model does not answer, in words for its operator. */
@Timeout(300)
class ModelCheckIT {
    private static final int LONG_MS = 120_000;

    @ParameterizedTest
    @EnumSource
    void a_model_that_answers_is_asked_for_one_word_only(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire).answering(answer -> answer.text("yes"));
                ModelFixture models = ModelFixture.at(provider)) {
            Result result = ModelCheck.of(models.model, LONG_MS, new StopSignal());

            assertThat(result.works()).isTrue();
            assertThat(result.text()).isEqualTo("The model small-1 answers.");
            provider.calls.getFirst().awaitGone();
        }
    }

    private record Refusal(int status, String reason, String text) {}

    private static final List<Refusal> REFUSALS = List.of(
            new Refusal(401, "api_key", "apiKey names"),
            new Refusal(402, "credit", "The credit"),
            new Refusal(403, "api_key", "apiKey names"),
            new Refusal(404, "model", "know the model small-1"),
            new Refusal(429, "rate", "rate limit or quota"),
            new Refusal(400, "refused", "parameters of the model"),
            new Refusal(503, "overloaded", "overloaded"),
            new Refusal(504, "timeout", "in time"),
            new Refusal(500, "other", "The model provider failed"));

    @ParameterizedTest
    @EnumSource
    void a_refusal_is_explained_with_what_the_provider_said(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            for (Refusal each : REFUSALS) {
                provider.answering(answer -> answer.refuse(each.status, "some_error", "No, " + Wire.KEY + ", no."));

                Result result = ModelCheck.of(models.model, LONG_MS, new StopSignal());

                assertThat(result.works()).as("%s", each).isFalse();
                assertThat(result.reason()).as("%s", each).isEqualTo(each.reason);
                assertThat(result.text()).as("%s", each).contains(each.text);
                assertThat(result.said())
                        .as("%s", each)
                        .contains("No, ***, no.")
                        .doesNotContain(Wire.KEY);
            }
        }
    }

    /** As each service words them, where the status alone does not tell. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "OPENAI, 401, invalid_api_key, Incorrect API key provided., api_key",
                "OPENAI, 404, model_not_found, The model small-1 does not exist., model",
                "OPENAI, 429, insufficient_quota, You exceeded your current quota., credit",
                "AZURE, 401, PermissionDenied, Access denied due to invalid subscription key., api_key",
                "AZURE, 404, DeploymentNotFound, The API deployment does not exist., model",
                "ANTHROPIC, 401, authentication_error, invalid x-api-key, api_key",
                "ANTHROPIC, 404, not_found_error, model: small-1, model",
                "ANTHROPIC, 400, invalid_request_error, Your credit balance is too low., credit",
                "ANTHROPIC, 529, overloaded_error, Overloaded, overloaded",
                "GEMINI, 400, API_KEY_INVALID, API key not valid., api_key",
                "GEMINI, 404, NOT_FOUND, models/small-1 is not found., model",
                "GEMINI, 429, RESOURCE_EXHAUSTED, You exceeded your current quota., rate",
                "OLLAMA, 404, none, model 'small-1' not found, model",
                "HUGGINGFACE, 400, model_not_supported, It is not supported., model",
                "HUGGINGFACE, 402, none, You have exceeded your monthly included credits., credit",
                "MISTRAL, 400, invalid_model, Invalid model: small-1, model",
            })
    void the_own_words_of_a_service_are_understood(Wire wire, int status, String kind, String message, String reason)
            throws Exception {
        assertThat(checked(wire, answer -> answer.refuse(status, kind, message)).reason())
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_answer_and_a_broken_one_are_told(Wire wire) throws Exception {
        assertThat(checked(wire, FakeAnswer::done).reason()).isEqualTo("empty");
        assertThat(checked(wire, FakeAnswer::cut).text()).contains("closed the connection without an answer");
    }

    @Test
    void a_long_text_of_the_provider_is_cut() throws Exception {
        assertThat(checked(Wire.OPENAI, answer -> answer.refuse(400, "some_error", "no ".repeat(1_000)))
                        .said())
                .hasSizeLessThan(310)
                .endsWith("…");
    }

    @Test
    void silence_ends_at_the_limit() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = ModelFixture.at(provider)) {
            Result result = ModelCheck.of(models.model, 50, new StopSignal());

            assertThat(result.reason()).isEqualTo("timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_host_an_address_and_a_certificate_are_told_apart(Wire wire) throws Exception {
        assertThat(at(wire, "http://nobody.invalid").reason()).isEqualTo("host");
        String url;
        try (FakeProvider provider = FakeProvider.start(wire)) {
            url = provider.url();
        }
        assertThat(at(wire, url).reason()).isEqualTo("connection");
        Result metadata = at(wire, "http://169.254.169.254" + wire.basePath());
        assertThat(metadata.reason()).isEqualTo("other");
        assertThat(metadata.text()).contains("outgoing.allow");
        try (FakeProvider provider = FakeProvider.startSecure(wire)) {
            assertThat(at(wire, provider.url()).reason()).isEqualTo("tls");
        }
    }

    @Test
    void a_model_is_checked_with_the_settings_of_its_entry() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (FakeProvider provider = FakeProvider.start(Wire.OLLAMA).answering(answer -> answer.text("yes"))) {
            ModelChecks checks = new ModelChecks(
                    vertx,
                    ProviderAddresses.STANDARD,
                    new Models(List.of()),
                    Map.of("GIVEN", Wire.KEY),
                    Current.always(LONG_MS));

            assertThat(checks.check(ollama(provider.url(), "env:GIVEN"), options())
                            .await()
                            .works())
                    .isTrue();
            assertThat(Wire.OLLAMA.key(provider.calls.getFirst().headers())).isEqualTo(Wire.KEY);
            Result without = checks.check(ollama(provider.url(), "env:MISSING"), options())
                    .await();
            assertThat(without.reason()).isEqualTo("settings");
            assertThat(without.text()).contains("apiKey: missing or empty: env:MISSING");
            assertThat(provider.calls).hasSize(1);
        } finally {
            vertx.close().await();
        }
    }

    private static ProviderSettings ollama(String url, String key) {
        return new ProviderSettings.Ollama(url, SecretReference.parse(key), Connection.STANDARD);
    }

    private static ModelOptions options() {
        YamlFile file = YamlFile.read(FileText.of("entry.yaml", "entry: {name: small-1}"));
        return ModelOptions.read(SettingsReader.of(file, Map.of()).section("entry"));
    }

    private static Result at(Wire wire, String url) throws Exception {
        try (ModelFixture models = new ModelFixture(wire.settings(url, Map.of("model.connectMs", "60000")))) {
            return ModelCheck.of(models.model, LONG_MS, new StopSignal());
        }
    }

    private static Result checked(Wire wire, Consumer<FakeAnswer> answers) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire).answering(answers);
                ModelFixture models = ModelFixture.at(provider)) {
            return ModelCheck.of(models.model, LONG_MS, new StopSignal());
        }
    }
}
