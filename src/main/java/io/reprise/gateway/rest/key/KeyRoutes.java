package io.reprise.gateway.rest.key;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.apikey.ApiKey;
import io.reprise.apikey.ApiKeys;
import io.reprise.apikey.KeyScope;
import io.reprise.config.access.KeySettings;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Rfc3339;
import io.reprise.support.Texts;
import io.reprise.support.WallClock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A person's own API keys. Those of others count as absent, except for administrators. */
public final class KeyRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("API key");
    private static final Failure TOO_MANY = Failure.of(
            ErrorCode.TOO_MANY_REQUESTS, "You have as many API keys as this server allows; revoke one first.");
    private static final Failure VISITOR =
            Failure.of(ErrorCode.FORBIDDEN, "API keys are for people who have signed in.");
    private static final Failure BY_KEY =
            Failure.of(ErrorCode.FORBIDDEN, "API keys are managed by people, and not with an API key.");
    private static final Failure NOT_YOURS =
            Failure.of(ErrorCode.FORBIDDEN, "Only administrators see the API keys of others.");
    private static final Failure NO_ROLE =
            Failure.of(ErrorCode.FORBIDDEN, "The scope `admin` is for staff and administrators.");

    private final ApiKeys keys;
    private final WallClock time;

    public KeyRoutes(ApiKeys keys, WallClock time) {
        this.keys = keys;
        this.time = time;
    }

    public void bindTo(Api api) {
        api.on("listKeys", byPerson(this::list))
                .on("createKey", byPerson(this::create))
                .on("deleteKey", byPerson(this::delete));
    }

    /** Otherwise a key could make another one that outlives it or may do more. */
    private static Consumer<ApiCall> byPerson(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller().key() == null) operation.accept(call);
            else call.refuse(BY_KEY);
        };
    }

    private void list(ApiCall call) {
        String user = call.text("user");
        boolean others = user != null && !user.equals(call.user());
        if (others && !call.caller().isAdmin()) {
            call.refuse(NOT_YOURS);
            return;
        }
        keys.list(others ? user : call.user())
                .onSuccess(found -> call.answer(200, listed(found)))
                .onFailure(call::storeAway);
    }

    private ShownKeys listed(List<ApiKey> found) {
        KeySettings now = keys.settings();
        return new ShownKeys(
                found.stream().map(key -> ShownKey.of(key, null)).toList(),
                now.perUserMax(),
                now.daysMax() == 0 ? null : now.daysMax());
    }

    private void create(ApiCall call) {
        JsonObject body = call.given();
        Optional<KeyScope> scope =
                KeyScope.widest(strings(body.getJsonArray("scopes", JsonArray.of(KeyScope.CHAT.wire()))));
        Optional<Failure> fault = call.withheld(VISITOR, Optional.empty()).or(() -> fault(call, scope.orElseThrow()));
        if (call.refused(fault)) return;
        Integer days = body.getInteger("days");
        ApiKeys.Wish wish = new ApiKeys.Wish(
                call.user(),
                body.getString("name").strip(),
                scope.orElseThrow(),
                call.caller().roles(),
                strings(body.getJsonArray("agents", JsonArray.of())),
                body.getInteger("perMinute", 0),
                body.getInteger("perDay", 0),
                days == null ? null : time.nowMs() + Duration.ofDays(days).toMillis());
        keys.create(wish)
                .onSuccess(made -> made.ifPresentOrElse(
                        key -> call.created("/keys/" + key.key().id(), ShownKey.of(key.key(), key.text())),
                        () -> call.refuse(TOO_MANY)))
                .onFailure(call::storeAway);
    }

    private Optional<Failure> fault(ApiCall call, KeyScope scope) {
        String name = call.body().getString("name");
        if (name.isBlank() || !Texts.isWellFormed(name)) {
            return Optional.of(Failure.badRequest("`name` must be a text that is not blank."));
        }
        if (scope == KeyScope.ADMIN && !call.caller().isStaff()) return Optional.of(NO_ROLE);
        int daysMax = keys.settings().daysMax();
        Integer days = call.body().getInteger("days");
        if (daysMax > 0 && (days == null || days > daysMax)) {
            return Optional.of(Failure.badRequest("`days` is needed here, and at most " + daysMax + "."));
        }
        return Optional.empty();
    }

    private static List<String> strings(JsonArray array) {
        return array.stream().map(String.class::cast).distinct().toList();
    }

    private void delete(ApiCall call) {
        String owner = call.caller().isAdmin() ? null : call.user();
        call.removed(keys.remove(call.text("key"), owner, call.user()), NOT_FOUND);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownKeys(List<ShownKey> keys, int max, Integer daysMax) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownKey(
            String id,
            String name,
            List<String> scopes,
            List<String> agents,
            Integer perMinute,
            Integer perDay,
            String createdAt,
            String expiresAt,
            String usedAt,
            int usedToday,
            String text) {
        static ShownKey of(ApiKey key, String text) {
            return new ShownKey(
                    key.id(),
                    key.name(),
                    key.scope().all(),
                    key.agents().isEmpty() ? null : key.agents(),
                    key.perMinute() == 0 ? null : key.perMinute(),
                    key.perDay() == 0 ? null : key.perDay(),
                    Rfc3339.text(key.times().createdMs()),
                    Rfc3339.textOrNull(key.times().expiresMs()),
                    Rfc3339.textOrNull(key.times().usedMs()),
                    key.usedToday(),
                    text);
        }
    }
}
