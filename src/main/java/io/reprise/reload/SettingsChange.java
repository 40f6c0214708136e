package io.reprise.reload;

import io.reprise.config.SettingsLayers;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.reload.SettingsStore.Change;
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
        SettingsLayers layers = view.layers();
        Map<String, String> usable = new HashMap<>(values);
        view.now().states().stream()
                .filter(state -> state.ignored() != null)
                .map(state -> state.key().path())
                .filter(key -> !change.values().containsKey(key))
                .forEach(usable::remove);
        List<SettingsProblem> problems = layers.problems(usable);
        return problems.isEmpty() ? Optional.empty() : Optional.of(invalid(problems));
    }

    static Failure invalid(List<SettingsProblem> problems) {
        return Failure.badRequest(
                problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n")));
    }
}
