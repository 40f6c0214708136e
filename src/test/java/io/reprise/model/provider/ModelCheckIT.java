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

    @ParameterizedTest
    @CsvSource({
        "401, api_key, apiKey names",
        "402, credit, The credit",
        "403, api_key, apiKey names",
        "404, model, know the model small-1",
        "429, rate, rate limit or quota",
        "400, refused, parameters of the model",
        "503, overloaded, overloaded",
        "504, timeout, in time",
        "500, other, The model provider failed",
    })
    void a_refusal_is_explained_with_what_the_provider_said(int status, String reason, String text) throws Exception {
        Result result = checked(answer -> answer.refuse(status, "some_error", "No, " + Wire.KEY + ", no."));

        assertThat(result.works()).isFalse();
        assertThat(result.reason()).isEqualTo(reason);
        assertThat(result.text()).contains(text);
        assertThat(result.said()).contains("No, ***, no.").doesNotContain(Wire.KEY);
    }

    @Test
    void an_empty_answer_and_a_broken_one_are_told() throws Exception {
        assertThat(checked(FakeAnswer::done).reason()).isEqualTo("empty");
        assertThat(checked(FakeAnswer::cut).text()).contains("closed the connection without an answer");
    }

    @Test
    void a_long_text_of_the_provider_is_cut() throws Exception {
        assertThat(checked(answer -> answer.refuse(400, "some_error", "no ".repeat(1_000)))
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

    @Test
    void a_host_an_address_and_a_certificate_are_told_apart() throws Exception {
        assertThat(at("http://nobody.invalid").reason()).isEqualTo("host");
        String url;
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI)) {
            url = provider.url();
        }
        assertThat(at(url).reason()).isEqualTo("connection");
        Result metadata = at("http://169.254.169.254/v1");
        assertThat(metadata.reason()).isEqualTo("other");
        assertThat(metadata.text()).contains("outgoing.allow");
        try (FakeProvider provider = FakeProvider.startSecure(Wire.OPENAI)) {
            assertThat(at(provider.url()).reason()).isEqualTo("tls");
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

    private static Result at(String url) throws Exception {
        try (ModelFixture models = new ModelFixture(Wire.OPENAI.settings(url, Map.of("model.connectMs", "60000")))) {
            return ModelCheck.of(models.model, LONG_MS, new StopSignal());
        }
    }

    private static Result checked(Consumer<FakeAnswer> answers) throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI).answering(answers);
                ModelFixture models = ModelFixture.at(provider)) {
            return ModelCheck.of(models.model, LONG_MS, new StopSignal());
        }
    }
}
