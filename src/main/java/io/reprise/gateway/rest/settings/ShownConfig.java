package io.reprise.gateway.rest.settings;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.config.SettingState;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader.Source;
import io.reprise.reload.LiveView;
import io.reprise.secret.Secrets;
import io.reprise.tool.http.DeclaredTools;
import java.time.Instant;
import java.util.List;

/**
 * Where the settings in use come from, as JSON. Without any value.
 *
 * @param file its path; absent if there is none
 * @param reloads how often other settings have come into use since the start
 * @param tools files of declared tools that are not in use as they are now; absent if there are none
 * @param lastError absent if the newest settings are in use
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ShownConfig(
        String version,
        String loadedAt,
        String file,
        int reloads,
        Sources sources,
        ShownSecrets secrets,
        List<BrokenTool> tools,
        LastError lastError) {
    /** How many keys come from each source; {@code ignored}: values of administrators that are not used. */
    record Sources(long file, long table, long environment, long ignored) {}

    /** @param reason why secrets of people cannot be stored; absent if they can */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ShownSecrets(boolean on, String reason) {}

    /**
     * A file of a declared tool that is not in use as it is now.
     *
     * @param used whether its last good version is in use
     */
    record BrokenTool(String name, String file, boolean used, List<Fault> problems) {}

    record LastError(String at, List<Fault> problems) {}

    /** @param where the line of the file, or another place where the value is set */
    record Fault(String key, String fault, String where) {}

    static ShownConfig of(LiveView view, Secrets secrets, DeclaredTools tools) {
        LiveView.Rejection rejection = view.rejection();
        String name = view.layers().fileName();
        return new ShownConfig(
                view.version(),
                Instant.ofEpochMilli(view.loadedAtMs()).toString(),
                name.isEmpty() ? null : name,
                view.reloads(),
                new Sources(
                        count(view, Source.FILE),
                        count(view, Source.TABLE),
                        count(view, Source.ENVIRONMENT),
                        view.now().ignored().size()),
                new ShownSecrets(secrets.box().isPresent(), secrets.reason().orElse(null)),
                broken(tools),
                rejection == null
                        ? null
                        : new LastError(
                                Instant.ofEpochMilli(rejection.atMs()).toString(),
                                rejection.problems().stream()
                                        .map(ShownConfig::fault)
                                        .toList()));
    }

    private static List<BrokenTool> broken(DeclaredTools tools) {
        List<BrokenTool> broken = tools.states().stream()
                .filter(state -> !state.problems().isEmpty())
                .map(state -> new BrokenTool(
                        state.name(),
                        state.file(),
                        state.used(),
                        state.problems().stream().map(ShownConfig::fault).toList()))
                .toList();
        return broken.isEmpty() ? null : broken;
    }

    private static long count(LiveView view, Source source) {
        return view.now().states().stream()
                .map(SettingState::source)
                .filter(source::equals)
                .count();
    }

    private static Fault fault(SettingsProblem problem) {
        String given = problem.given().isEmpty() ? "" : " (given: " + problem.given() + ")";
        return new Fault(problem.path(), problem.fault() + given, problem.source());
    }
}
