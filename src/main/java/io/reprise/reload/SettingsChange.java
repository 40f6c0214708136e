package io.reprise.reload;

import io.reprise.config.SettingsLayers;
import io.reprise.config.read.Reload;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.reload.SettingsStore.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Decides whether values of administrators can be used, and tells every reason why not. */
final class SettingsChange {
    private SettingsChange() {}

    /** Keys that the environment fixes. */
    static Optional<Failure> refusal(SettingsLayers layers, Change change) {
        String fixed = new TreeSet<>(change.values().keySet())
                .stream()
                        .flatMap(key -> layers.variable(key).stream()
                                .map(variable -> key + ": fixed by the environment variable " + variable))
                        .collect(Collectors.joining("\n"));
        return fixed.isEmpty() ? Optional.empty() : Optional.of(Failure.of(ErrorCode.CONFLICT, fixed));
    }

    /**
     * Checks all values together. Values that were ignored before do not prevent a change of others.
     *
     * @param values all values after the change
     */
    static Optional<Failure> refusal(LiveView view, Map<String, String> values, Change change) {
        Map<String, String> usable = new HashMap<>(values);
        view.now().ignored().keySet().stream()
                .filter(key -> !change.values().containsKey(key))
                .forEach(usable::remove);
        List<SettingsProblem> problems = new ArrayList<>(view.layers().problems(usable));
        change.values().forEach((key, value) -> {
            if (value.isEmpty() && view.stored(key).isEmpty()) problems.addAll(unlessLive(view, key));
        });
        return problems.isEmpty() ? Optional.empty() : Optional.of(invalid(problems));
    }

    /** There is no value to take back, and there could not be one. */
    private static List<SettingsProblem> unlessLive(LiveView view, String key) {
        boolean live = view.now()
                .state(key)
                .filter(state -> state.key().reload() == Reload.LIVE)
                .isPresent();
        if (live) return List.of();
        return view.layers().problems(Map.of(key, "")).stream()
                .filter(problem -> problem.path().equals(key))
                .toList();
    }

    static Failure invalid(List<SettingsProblem> problems) {
        return Failure.badRequest(
                problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
    }
}
