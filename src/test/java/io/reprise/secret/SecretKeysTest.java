package io.reprise.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.config.LoadedSettings;
import io.reprise.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the keys of stored secrets come from. */
class SecretKeysTest {

    private static final String OTHER = "another-key-of-more-than-thirty-two-bytes";
    private static final String SPACED = "a-key-of-more-than-thirty-two-bytes-once";
    private static final SecretPlace PLACE = new SecretPlace("hook", "h_1");
    private static final byte[] PLAIN = "the secret".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void a_private_database_gets_a_key_that_only_its_owner_can_read() throws IOException {
        Settings settings = Settings.with(Map.of("data.dir", folder.toString()));

        byte[] sealed = box(SecretKeys.find(settings, Map.of())).seal(PLAIN, PLACE);

        Path file = folder.resolve(SecretKeys.FILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(box(SecretKeys.find(settings, Map.of())).open(sealed, PLACE)).hasValue(PLAIN);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void another_database_has_none_and_says_so() {
        Settings settings = Settings.with(
                Map.of("data.dir", folder.toString(), "database.url", "postgresql://user:x@db.example.org/reprise"));

        assertThat(SecretKeys.find(settings, Map.of()).reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("secrets.key is not set"));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void the_first_of_several_keys_seals() {
        Map<String, String> environment = Map.of("KEYS", OTHER + "\n" + SPACED + "\n");
        Settings settings = Settings.with(Map.of("secrets.key", "env:KEYS"));

        SecretBox both = box(SecretKeys.find(settings, environment));

        byte[] old = box(SecretKeys.find(settings, Map.of("KEYS", SPACED))).seal(PLAIN, PLACE);
        assertThat(both.open(old, PLACE)).hasValue(PLAIN);
        assertThat(both.newestHeader())
                .isEqualTo(box(SecretKeys.find(settings, Map.of("KEYS", OTHER))).newestHeader());
    }

    @Test
    void a_key_that_cannot_be_used_is_a_problem_of_the_settings() throws IOException {
        Path shortKey = Files.writeString(folder.resolve("short"), SPACED + " short");

        assertThat(problem("env:NOWHERE")).contains("secrets.key", "missing or empty");
        assertThat(problem("file:" + shortKey))
                .contains("secrets.key", "shorter than 32 bytes")
                .doesNotContain(SPACED);
        assertThat(problem(SPACED)).contains("secrets.key").doesNotContain(SPACED);
    }

    @Test
    void a_file_of_its_own_that_holds_no_key_is_not_replaced() throws IOException {
        Path file = Files.writeString(folder.resolve(SecretKeys.FILE), "\n");
        Settings settings = Settings.with(Map.of("data.dir", folder.toString()));

        assertThatThrownBy(() -> SecretKeys.find(settings, Map.of()))
                .isInstanceOf(SecretKeys.KeyException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("\n");
    }

    private static String problem(String reference) {
        LoadedSettings loaded = Settings.load(Map.of("REPRISE_SECRETS_KEY", reference));
        return ((LoadedSettings.Invalid) loaded).problems().getFirst().toString();
    }

    private static SecretBox box(Secrets secrets) {
        return secrets.box().orElseThrow();
    }
}
