package io.reprise.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.config.read.SecretReference;
import io.reprise.config.storage.CheckpointSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings with secrets and addresses of stores, and those that contradict each other. */
class SecretSettingsTest extends SettingsBench {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void keys_that_contradict_each_other_are_problems() {
        assertThatThrownBy(() -> Settings.with(Map.of(
                        "gateway.forgetMs", "5000",
                        "run.silenceMs", "3000",
                        "store.retryMs", "3000",
                        "log.segmentBytesMax", "1048576",
                        "log.bufferBytesMax", "65536",
                        "server.frameBytesMax", "65536")))
                .hasMessageContaining("gateway.forgetMs = \"5000\": must be more than gateway.beatMs (5000), default")
                .hasMessageContaining("run.silenceMs = \"3000\": must be more than run.heartbeatMs (3000)")
                .hasMessageContaining("store.retryMaxMs = \"2000\": must be at least store.retryMs (3000), override")
                .hasMessageContaining("log.bufferBytesMax = \"65536\": must be at least log.segmentBytesMax (1048576)")
                .hasMessageContaining("server.frameBytesMax = \"65536\": must be more than sessions.textBytesMax");
    }

    @Test
    void the_longest_message_must_fit_into_what_may_be_half_read() {
        assertThatThrownBy(() ->
                        Settings.with(Map.of("limits.unreadBytesMax", "1000", "limits.addressUnreadBytesMax", "2000")))
                .hasMessageContaining(
                        "limits.unreadBytesMax = \"1000\": must be at least server.frameBytesMax (1048576)")
                .hasMessageContaining("limits.addressUnreadBytesMax = \"2000\": must be at least server.frameBytesMax");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "127.1.2.3", "localhost", "::1"})
    void development_sign_in_is_allowed_on_loopback(String host) {
        assertThat(Settings.with(Map.of("server.host", host)).server().isLoopback())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "192.168.1.2", "127.0.0.1.example.org", "::", "localhost.example.org"})
    void development_sign_in_is_refused_elsewhere(String host) {
        assertThatThrownBy(() -> Settings.with(Map.of("server.host", host)))
                .hasMessageContaining("auth.mode = \"dev\": must be jwt unless server.host is a loopback address");
    }

    @Test
    void tokens_need_a_secret_that_is_there_and_long_enough() {
        Map<String, String> none = Map.of("REPRISE_AUTH_MODE", "jwt");
        Map<String, String> absent = Map.of("REPRISE_AUTH_MODE", "jwt", "REPRISE_AUTH_SECRET", "env:ABSENT");
        Map<String, String> brief = Map.of("REPRISE_AUTH_SECRET", "env:BRIEF", "BRIEF", "hunter2");

        assertThat(problems(Settings.load(none))).singleElement().asString().contains("auth.secret: must be env:NAME");
        assertThat(problems(Settings.load(absent))).singleElement().asString().contains("missing or empty");
        assertThat(problems(Settings.load(brief)))
                .singleElement()
                .asString()
                .contains("shorter than 32 bytes")
                .doesNotContain("hunter2");
    }

    @Test
    void a_secret_may_be_kept_in_a_variable_named_like_a_key_of_ours() {
        Settings settings = valid(Settings.load(Map.of(
                "REPRISE_AUTH_MODE", "jwt",
                "REPRISE_AUTH_SECRET", "env:REPRISE_SIGNING_KEY",
                "REPRISE_SIGNING_KEY", SECRET)));

        SecretReference reference = settings.auth().secret().orElseThrow();
        assertThat(reference.resolve(Map.of("REPRISE_SIGNING_KEY", SECRET))).contains(SECRET);
        assertThat(settings.toString()).contains("env:REPRISE_SIGNING_KEY").doesNotContain(SECRET);
    }

    @Test
    void a_secret_may_be_kept_in_a_file() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), SECRET + "\n");

        SecretReference reference = SecretReference.parse("file:" + file).orElseThrow();

        assertThat(reference.resolve(Map.of())).contains(SECRET);
        assertThat(SecretReference.parse("file:" + folder.resolve("absent"))
                        .orElseThrow()
                        .resolve(Map.of()))
                .isEmpty();
    }

    @Test
    void a_secret_given_instead_of_a_reference_is_refused_without_printing_it() {
        assertThat(problems(Settings.load(Map.of("REPRISE_AUTH_SECRET", SECRET))))
                .singleElement()
                .asString()
                .contains("auth.secret = \"(not shown)\": must be env:NAME or file:PATH")
                .doesNotContain(SECRET);
    }

    @Test
    void the_password_of_the_database_is_never_in_a_text() {
        Settings settings = Settings.with(
                Map.of("database.url", "postgresql://me:hunter2@db.example:5433/reprise?password=hunter2"));

        assertThat(settings.database().url()).contains("hunter2");
        assertThat(settings.database().redactedUrl()).isEqualTo("postgresql://me:***@db.example:5433/reprise");
        assertThat(settings.toString()).contains("me:***@db.example").doesNotContain("hunter2");
    }

    @Test
    void the_password_of_redis_is_never_in_a_text() {
        Settings settings = Settings.with(Map.of("redis.url", "rediss://me:hunter2@redis.example:6380"));

        assertThat(settings.redis().url()).contains("hunter2");
        assertThat(settings.toString()).contains("redis=RedisSettings[url=***").doesNotContain("hunter2");
        assertThatThrownBy(() -> Settings.with(Map.of("redis.url", "redis://:hunter2@redis.example/2")))
                .hasMessageContaining("redis.url = \"(not shown)\": must be redis://user:password@host:port")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void checkpoints_in_redis_need_a_redis() {
        assertThatThrownBy(() -> Settings.with(Map.of("checkpoints.store", "redis")))
                .hasMessageContaining("checkpoints.store = \"redis\": needs redis.url, which is empty");

        assertThat(Settings.with(Map.of("checkpoints.store", "redis", "redis.url", "redis://localhost"))
                        .checkpoints()
                        .store())
                .isEqualTo(CheckpointSettings.Store.REDIS);
    }

    @Test
    void interrupts_must_not_outlive_checkpoints() {
        assertThatThrownBy(() ->
                        Settings.with(Map.of("checkpoints.retentionDays", "2", "interrupts.expiryMinutes", "2881")))
                .hasMessageContaining("interrupts.expiryMinutes = \"2881\": must be at most checkpoints.retentionDays"
                        + " (2880 minutes), override");

        Settings settings = Settings.with(Map.of("checkpoints.retentionDays", "2", "interrupts.expiryMinutes", "2880"));
        assertThat(settings.checkpoints().retentionMs())
                .isGreaterThan(settings.interrupts().expiryMs());
    }

    @ParameterizedTest
    @CsvSource({"postgres://me@db/reprise", "postgresql://me:a%40b@my_db:5433/reprise", "postgresql://me:x@[::1]/r"})
    void database_addresses_of_all_kinds_are_allowed(String url) {
        assertThat(Settings.with(Map.of("database.url", url)).database().url()).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://me:hunter2@db/reprise",
        "postgresql://db/reprise",
        "postgresql://me:hunter2@db",
        "postgresql://me:hunter2@db/",
        "postgresql://:hunter2@db/reprise",
        "postgresql://me:hunter2 @db/reprise",
        "me:hunter2@db/reprise"
    })
    void a_wrong_database_address_is_refused_without_repeating_it(String url) {
        assertThatThrownBy(() -> Settings.with(Map.of("database.url", url)))
                .hasMessageContaining("database.url = \"(not shown)\": must be postgresql://user:password@host:port")
                .hasMessageNotContaining("hunter2");
    }
}
