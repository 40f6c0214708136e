package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.Deadline;
import io.reprise.message.Json;
import io.reprise.outgoing.OutgoingStream;
import io.reprise.outgoing.OutgoingStream.Head;
import io.reprise.outgoing.OutgoingStreams;
import io.reprise.outgoing.OutgoingStreams.RefusedException;
import io.reprise.outgoing.OutgoingStreams.Request;
import io.reprise.support.Current;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Requests to authorization servers, and to MCP servers for their metadata. Addresses are judged like those of MCP servers;
 * redirects are followed within the same origin only. Blocks.
 */
public final class AuthHttp {
    private final OutgoingStreams http;
    private final Current<McpSettings.People> limits;

    public AuthHttp(OutgoingStreams http, Current<McpSettings.People> limits) {
        this.http = http;
        this.limits = limits;
    }

    /** @param body missing if it is no JSON */
    record Answer(int status, String challenge, JsonNode body) {
        boolean isGood() {
            return status / 100 == 2;
        }

        /** A text member of the body; empty if it is not there. */
        String text(String name) {
            return body.path(name).asText("");
        }
    }

    Answer get(String url, Map<String, String> headers) throws SignInFailure, InterruptedException {
        return send("GET", url, headers, null);
    }

    Answer postForm(String url, Map<String, String> form, Map<String, String> headers)
            throws SignInFailure, InterruptedException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return send("POST", url, all, encoded(form));
    }

    Answer postJson(String url, JsonNode body, Map<String, String> headers) throws SignInFailure, InterruptedException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        return send("POST", url, all, body.toString());
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer send(String method, String url, Map<String, String> headers, String body)
            throws SignInFailure, InterruptedException {
        Map<String, String> all = new HashMap<>(Map.of("Accept", "application/json"));
        all.putAll(headers);
        OutgoingStream stream = http.open(new Request(method, url, all, body));
        Deadline deadline = Deadline.in(limits.get().requestMs());
        try {
            Head head = stream.head(deadline.leftNanos());
            boolean events = head.header("Content-Type").startsWith("text/event-stream");
            JsonNode read = events ? MissingNode.getInstance() : body(stream, deadline);
            return new Answer(head.status(), head.header("WWW-Authenticate"), read);
        } catch (IOException | TimeoutException e) {
            String why = e.getCause() instanceof RefusedException refused ? " " + refused.getMessage() : "";
            throw SignInFailure.of("A server that signs people in does not answer." + why, e);
        } finally {
            stream.cancel();
        }
    }

    private JsonNode body(OutgoingStream stream, Deadline deadline)
            throws InterruptedException, IOException, TimeoutException, SignInFailure {
        int bytesMax = limits.get().answerBytes();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            byte[] piece = stream.next(deadline.leftNanos());
            if (piece == null) break;
            if (all.size() + piece.length > bytesMax) {
                throw SignInFailure.of("A server that signs people in answers with too much.");
            }
            all.write(piece, 0, piece.length);
        }
        try {
            return Json.parse(all.toString(StandardCharsets.UTF_8), JsonNode.class);
        } catch (IllegalArgumentException e) {
            return MissingNode.getInstance();
        }
    }
}
