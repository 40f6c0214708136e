package io.reprise.gateway.rest.settings;

import io.reprise.config.read.SettingRemarks;
import io.reprise.config.read.SettingsProblem;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.history.AuditRecorder;
import io.reprise.message.Failure;
import io.reprise.reload.LiveSettings;
import io.reprise.reload.LiveView;
import io.reprise.reload.ReloadOutcome;
import io.reprise.reload.SettingsStore.Change;
import io.reprise.secret.Secrets;
import io.reprise.tool.http.DeclaredTools;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Settings, for administrators: what is in use and why, and changes while the server runs. */
public final class SettingsRoutes {
    private final Vertx vertx;
    private final LiveSettings settings;
    private final Secrets secrets;
    private final DeclaredTools tools;
    private final AuditRecorder audit;
    private final SettingRemarks remarks = SettingRemarks.shipped();

    public SettingsRoutes(Vertx vertx, GatewayParts.Administration parts, GatewayParts.Outside outside) {
        this.vertx = vertx;
        this.settings = parts.settings();
        this.secrets = outside.secrets();
        this.tools = outside.tools().declared();
        this.audit = parts.audit();
    }

    public void bindTo(Api api) {
        api.on("listSettings", RoleGuard.forAdmins(this::list))
                .on("changeSettings", RoleGuard.forAdmins(this::change))
                .on("getConfig", RoleGuard.forAdmins(this::config))
                .on("reloadConfig", RoleGuard.forAdmins(this::reload));
    }

    private void list(ApiCall call) {
        call.answer(200, ShownSettings.of(settings.view(), remarks));
    }

    private void change(ApiCall call) {
        JsonObject given = call.body().getJsonObject("values");
        List<String> faults = new ArrayList<>();
        Map<String, Optional<String>> values = new HashMap<>();
        LiveView view = settings.view();
        given.forEach(entry -> {
            String key = entry.getKey();
            switch (SettingText.of(view.now().state(key), entry.getValue())) {
                case SettingText.Text text -> values.put(key, Optional.of(text.text()));
                case SettingText.None none -> values.put(key, Optional.empty());
                case SettingText.Unfit unfit -> {
                    // The check of all values names the others, too: all faults are told at once.
                    faults.add(key + ": " + unfit.fault());
                }
            }
        });
        if (!faults.isEmpty()) {
            call.refuse(Failure.badRequest(String.join("\n", faults) + others(view, values)));
            return;
        }
        here(settings.change(new Change(values), call.user()).toCompletionStage())
                .onSuccess(refused -> refused.ifPresentOrElse(call::refuse, () -> list(call)))
                .onFailure(call::storeAway);
    }

    private static String others(LiveView view, Map<String, Optional<String>> values) {
        Map<String, String> set = new HashMap<>();
        values.forEach((key, value) -> value.ifPresent(text -> set.put(key, text)));
        StringBuilder words = new StringBuilder();
        for (SettingsProblem problem : view.layers().problems(set))
            words.append('\n').append(problem);
        return words.toString();
    }

    private void config(ApiCall call) {
        call.answer(200, shown());
    }

    private ShownConfig shown() {
        return ShownConfig.of(settings.view(), secrets, tools);
    }

    private void reload(ApiCall call) {
        here(settings.reload())
                .compose(outcome -> recorded(call.user(), word(outcome)))
                .onSuccess(outcome -> call.answer(200, new Reloaded(outcome, shown())))
                .onFailure(call::storeAway);
    }

    /** An administrator whose request was not recorded gets an error; a repetition changes nothing. */
    private Future<String> recorded(String user, String outcome) {
        return audit.record(user, "config.reload", null, Map.of("outcome", outcome))
                .map(outcome);
    }

    /** The result on the thread of the request; settings change on one of their own. */
    private <T> Future<T> here(CompletionStage<T> stage) {
        return Future.fromCompletionStage(stage, vertx.getOrCreateContext());
    }

    private static String word(ReloadOutcome outcome) {
        return switch (outcome) {
            case ReloadOutcome.Reloaded reloaded -> "reloaded";
            case ReloadOutcome.Unchanged unchanged -> "unchanged";
            case ReloadOutcome.Rejected rejected -> "rejected";
        };
    }

    private record Reloaded(String outcome, ShownConfig config) {}
}
