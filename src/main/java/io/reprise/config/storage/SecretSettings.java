package io.reprise.config.storage;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings of secrets that are stored for people.
 *
 * @param key refers to the keys that encrypt them; if it is absent, a private database has a key of its own
 */
public record SecretSettings(Optional<SecretReference> key) {
    public static final String NAME = "secrets";

    /** Shortest text of a key. */
    public static final int KEY_BYTES_MIN = 32;

    public static SecretSettings read(Section section) {
        return new SecretSettings(section.secret("key"));
    }

    /** The keys in a text, newest first: separated by white space, so that they can be lines of a file. */
    public static List<String> keys(String text) {
        return Stream.of(text.split("\\s+")).filter(key -> !key.isEmpty()).toList();
    }

    /** Whether there is a key, and all of them can be used. */
    public static boolean areLongEnough(List<String> keys) {
        return !keys.isEmpty()
                && keys.stream().allMatch(key -> key.getBytes(StandardCharsets.UTF_8).length >= KEY_BYTES_MIN);
    }

    /** Reports keys that do not exist or are too short. */
    public void checkSecrets(Section section, Map<String, String> environment) {
        if (key.isEmpty()) return;
        Optional<String> text = key.get().resolve(environment);
        if (text.isEmpty()) {
            section.problem("key", key.get().toString(), "names a secret that is missing or empty");
        } else if (!areLongEnough(keys(text.get()))) {
            section.problem(
                    "key",
                    key.get().toString(),
                    "names a key shorter than " + KEY_BYTES_MIN + " bytes (white space separates keys)");
        }
    }
}
