package io.reprise.gateway.rest;

import io.reprise.account.PreferenceStore;
import io.reprise.account.Preferences;
import io.reprise.account.QuietHours;
import io.reprise.gateway.frame.Fields;
import io.reprise.message.Failure;
import io.reprise.message.UserNotices;
import io.reprise.message.UserNotices.Notice;
import io.reprise.message.bus.Addresses;
import io.reprise.support.WallClock;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /preferences} of the REST API: what the caller prefers. All sockets of the caller are told of a change. */
public final class PreferenceRoutes {
    private static final String QUIET = "quietHours";

    private final Vertx vertx;
    private final PreferenceStore store;
    private final WallClock time;

    public PreferenceRoutes(Vertx vertx, PreferenceStore store, WallClock time) {
        this.vertx = vertx;
        this.store = store;
        this.time = time;
    }

    public void bindTo(Api api) {
        api.on("getPreferences", this::get).on("updatePreferences", this::update);
    }

    private void get(ApiCall call) {
        store.find(call.user())
                .onSuccess(found -> call.answer(200, shown(found)))
                .onFailure(call::storeAway);
    }

    private void update(ApiCall call) {
        Fields fields = new Fields(call.body());
        if (!call.body().containsKey(QUIET)) fields.wrong(QUIET, "must be an object, or null");
        Preferences wanted = new Preferences(quiet(fields, call.body().getValue(QUIET)));
        if (fields.fault() != null) {
            call.refuse(fields.fault());
            return;
        }
        store.put(call.user(), wanted)
                .onSuccess(done -> {
                    tell(call.user());
                    call.answer(200, shown(wanted));
                })
                .onFailure(call::storeAway);
    }

    private void tell(String user) {
        Notice changed = new Notice(user, null, UserNotices.Kind.PREFERENCES_CHANGED, null, null);
        vertx.eventBus().publish(Addresses.NOTICES, new UserNotices(List.of(changed)));
    }

    /** Null if there are to be none, or after an error. */
    private static QuietHours quiet(Fields fields, Object value) {
        if (value == null) return null;
        if (!(value instanceof JsonObject given)) {
            fields.wrong(QUIET, "must be an object, or null");
            return null;
        }
        Fields inside = new Fields(given);
        LocalTime from = time(inside, given, "from");
        LocalTime to = time(inside, given, "to");
        String zone = inside.optionalZone("zone");
        if (zone == null) inside.wrong("zone", "must be the IANA name of a time zone, such as Europe/Berlin");
        if (from != null && from.equals(to)) inside.wrong("to", "must be another time than `from`");
        if (inside.fault() == null) return new QuietHours(from, to, ZoneId.of(zone));
        fields.fault(Failure.badRequest("In `" + QUIET + "`: " + inside.fault().message()));
        return null;
    }

    /** Exactly {@code HH:mm}. */
    private static LocalTime time(Fields fields, JsonObject given, String key) {
        if (given.getValue(key) instanceof String text && text.length() == 5) {
            try {
                return LocalTime.parse(text);
            } catch (DateTimeException e) {
                // Reported below.
            }
        }
        fields.wrong(key, "must be a time of day, such as 22:00");
        return null;
    }

    private Map<String, Object> shown(Preferences preferences) {
        Map<String, Object> shown = new LinkedHashMap<>();
        QuietHours quiet = preferences.quiet();
        shown.put(
                QUIET,
                quiet == null
                        ? null
                        : Map.of(
                                "from", quiet.from().toString(),
                                "to", quiet.to().toString(),
                                "zone", quiet.zone().getId()));
        shown.put("quiet", preferences.isQuiet(Instant.ofEpochMilli(time.nowMs())));
        return shown;
    }
}
