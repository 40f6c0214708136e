package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.catalog.provider.ModelChecker.Result;
import io.reprise.config.read.SettingsProblem;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.history.AuditRecorder;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code /models/{name}/check}: asks a model for one word, also one that is switched off. */
public final class CheckRoute {
    private static final Failure TOO_MANY = Failure.of(
                    ErrorCode.TOO_MANY_REQUESTS, "Too many models are checked at the same time; try again shortly.")
            .after(1_000);

    private final GatewayParts.Catalogue catalogue;
    private final AuditRecorder audit;

    public CheckRoute(GatewayParts parts) {
        this.catalogue = parts.catalogue();
        this.audit = parts.administration().audit();
    }

    public void bindTo(Api api) {
        api.on("checkModel", RoleGuard.forAdmins(this::check));
    }

    private void check(ApiCall call) {
        EntryKey key = new EntryKey(Kind.MODEL, call.text("name"));
        Catalog catalog = catalogue.live().current().get();
        Optional<Listed> model = catalog.find(key);
        if (model.isEmpty()) {
            call.refuse(Failure.notFound("Model"));
            return;
        }
        if (!catalogue.checks().take(call.user())) {
            call.refuse(TOO_MANY);
            return;
        }
        asked(catalog, model.get())
                .onComplete(done -> catalogue.checks().giveBack(call.user()))
                .compose(result -> recorded(call.user(), key.name(), result))
                .onSuccess(result -> call.answer(200, Shown.of(result)))
                .onFailure(call::storeAway);
    }

    private Future<Result> asked(Catalog catalog, Listed model) {
        if (!model.problems().isEmpty()) return unusable(model);
        ModelDefinition definition = (ModelDefinition) model.definition().orElseThrow();
        // The rules of the catalogue see to it that there is one.
        Listed provider =
                catalog.find(new EntryKey(Kind.PROVIDER, definition.provider())).orElseThrow();
        if (!provider.problems().isEmpty()) return unusable(provider);
        ProviderDefinition its = (ProviderDefinition) provider.definition().orElseThrow();
        return catalogue.checker().check(its.settings(), definition.options());
    }

    private static Future<Result> unusable(Listed entry) {
        String problems =
                entry.problems().stream().map(SettingsProblem::toString).collect(Collectors.joining("; "));
        return Future.succeededFuture(new Result(false, "settings", entry.key() + ": " + problems, "", 0));
    }

    /** An administrator whose request was not recorded gets an error. */
    private Future<Result> recorded(String user, String model, Result result) {
        return audit.record(user, "model.checked", model, Map.of("reason", result.reason()))
                .map(result);
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Shown(boolean works, String reason, String text, String said, long ms) {
        static Shown of(Result result) {
            return new Shown(result.works(), result.reason(), result.text(), result.said(), result.ms());
        }
    }
}
