package io.reprise.gateway.rest.settings;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.SettingState;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingRemarks;
import io.reprise.config.read.SettingsReader.Source;
import io.reprise.reload.LiveView;
import io.reprise.reload.SettingsStore.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings as JSON. */
record ShownSettings(String version, List<Shown> settings) {
    /**
     * A setting.
     *
     * @param change {@code live}, {@code file} or {@code start}: what it takes to change it; {@code gone}: this version has
     *     no such key, and an administrator has set it
     * @param remark what the shipped settings file says about it
     * @param value absent if there is none, or if it may contain a secret; likewise {@code standard}, {@code configured}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Shown(
            String key,
            String change,
            String remark,
            String kind,
            String expected,
            Object value,
            Object configured,
            Object standard,
            Integer min,
            Integer max,
            List<String> choices,
            String source,
            String where,
            String setBy,
            String setAt,
            String ignored) {}

    static ShownSettings of(LiveView view, SettingRemarks remarks) {
        Stream<Shown> known = view.now().states().stream().map(state -> shown(state, view, remarks));
        Stream<Shown> gone = view.stored().stream()
                .filter(one -> view.now().state(one.key()).isEmpty())
                .map(one -> gone(one, view));
        return new ShownSettings(view.version(), Stream.concat(known, gone).toList());
    }

    private static Shown gone(Stored one, LiveView view) {
        String at = Instant.ofEpochMilli(one.atMs()).toString();
        String why = view.now().ignored().get(one.key());
        return new Shown(
                one.key(), "gone", null, "text", "nothing", null, null, null, null, null, null, "default", null,
                one.by(), at, why);
    }

    private static Shown shown(SettingState state, LiveView view, SettingRemarks remarks) {
        SettingKey key = state.key();
        Optional<Stored> stored = view.stored(key.path());
        return new Shown(
                key.path(),
                key.reload().name().toLowerCase(Locale.ROOT),
                remarks.of(key).orElse(null),
                key.kind().name().toLowerCase(Locale.ROOT),
                key.expected(),
                state.value(),
                state.configured(),
                key.concealed() ? null : key.standard(),
                key.min(),
                key.max(),
                key.choices().isEmpty() ? null : key.choices(),
                state.source().name().toLowerCase(Locale.ROOT),
                state.source() == Source.DEFAULT || state.source() == Source.TABLE ? null : state.where(),
                stored.map(Stored::by).orElse(null),
                stored.map(one -> Instant.ofEpochMilli(one.atMs()).toString()).orElse(null),
                state.ignored());
    }
}
