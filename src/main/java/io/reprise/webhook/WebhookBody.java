package io.reprise.webhook;

import io.reprise.message.Json;
import io.reprise.webhook.WebhookStore.Due;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The body of a delivery: the same for each of its attempts. */
final class WebhookBody {
    private static final String SESSION = "session";

    private WebhookBody() {}

    /** @param publicUrl of this server, for links to it; empty if it is unknown */
    static byte[] of(Due due, String publicUrl) {
        Map<String, Object> data = new LinkedHashMap<>();
        Map<?, ?> stored = Json.parse(due.data(), Map.class);
        stored.forEach((key, value) -> {
            if (value != null) data.put(String.valueOf(key), value);
        });
        if (!publicUrl.isEmpty() && data.get(SESSION) instanceof String session) {
            data.put("url", publicUrl.replaceAll("/+$", "") + "/#/s/" + session);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", due.id());
        body.put("event", due.event());
        body.put("at", Instant.ofEpochMilli(due.createdMs()).toString());
        body.put("webhook", due.webhook().id());
        body.put("data", data);
        return Json.text(body).getBytes(StandardCharsets.UTF_8);
    }
}
