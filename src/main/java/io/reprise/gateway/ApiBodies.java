package io.reprise.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import java.util.Optional;

/** The JSON bodies of requests. */
final class ApiBodies {
    private ApiBodies() {}

    static void readOn(Router api, int bytesMax) {
        api.route().handler(BodyHandler.create(false).setBodyLimit(bytesMax));
    }

    /** The body's object, an empty one for no body; nothing when it is something else, which is then answered. */
    static Optional<JsonObject> json(RoutingContext context) {
        Buffer body = context.body().buffer();
        if (body == null || body.length() == 0) return Optional.of(new JsonObject());
        String type = context.request().getHeader("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            context.fail(415);
            return Optional.empty();
        }
        try {
            return Optional.of(new JsonObject(body));
        } catch (DecodeException e) {
            context.fail(400);
            return Optional.empty();
        }
    }
}
