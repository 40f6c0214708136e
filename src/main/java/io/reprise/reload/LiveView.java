package io.reprise.reload;

import io.reprise.config.SettingsLayers;
import io.reprise.config.SettingsLayers.Layered;
import io.reprise.config.read.SettingsProblem;
import io.reprise.support.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings in use, with where they come from. Immutable.
 *
 * @param layers file and environment in use
 * @param now all keys with their values
 * @param stored values of administrators, used or ignored
 * @param loadedAtMs when the settings in use were read
 * @param reloads how often others have come into use since the start
 * @param rejection the last settings that could not be used; null if the newest ones are in use
 */
public record LiveView(
        SettingsLayers layers,
        Layered now,
        List<SettingsStore.Stored> stored,
        long loadedAtMs,
        int reloads,
        Rejection rejection) {
    public LiveView {
        stored = List.copyOf(stored);
    }

    /**
     * Settings that could not be used.
     *
     * @param ofFile whether a file could not be used, which stays so until another one can
     */
    public record Rejection(List<SettingsProblem> problems, long atMs, boolean ofFile) {
        public Rejection {
            problems = List.copyOf(problems);
        }
    }

    /** The same for the same values on every node. */
    public String version() {
        return version(now);
    }

    static String version(Layered layered) {
        String[] digests =
                layered.states().stream().map(state -> state.digest()).toArray(String[]::new);
        return "c_" + Digest.of(digests).substring(0, 16);
    }

    /** What an administrator has set for a key. */
    public Optional<SettingsStore.Stored> stored(String key) {
        return stored.stream().filter(one -> one.key().equals(key)).findFirst();
    }

    static Map<String, String> values(List<SettingsStore.Stored> stored) {
        Map<String, String> values = new HashMap<>();
        stored.forEach(one -> values.put(one.key(), one.value()));
        return values;
    }

    /** The rejection of a file; null if there is none. */
    Rejection ofFile() {
        return rejection != null && rejection.ofFile() ? rejection : null;
    }

    LiveView rejected(Rejection rejection) {
        return new LiveView(layers, now, stored, loadedAtMs, reloads, rejection);
    }
}
