package io.reprise.push;

import io.reprise.message.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a browser is told.
 *
 * @param kind {@code run.ended}, {@code recall.fired} (its run has ended), {@code interrupt.opened} or {@code test}
 * @param session null for a test
 * @param run which ended; null for a test
 * @param outcome of the run; null for a test
 * @param title of the session, or null
 * @param isMuted whether nobody is to be notified of the session
 * @param isSeen whether the person has seen it already, or has decided
 */
public record PushEvent(
        String kind,
        String session,
        String run,
        String outcome,
        String title,
        boolean isMuted,
        boolean isSeen,
        long atMs) {
    static final String TEST = "test";
    private static final String DECISION = "interrupt.opened";

    boolean isTest() {
        return kind.equals(TEST);
    }

    /** How long a push service may wait for the browser to be awake. */
    String urgency() {
        return kind.equals(DECISION) || isTest() ? "high" : "normal";
    }

    /** What is encrypted. A repeat has the same, so that the browser shows it once. */
    byte[] body(boolean withTitle, int titleCharsMax) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", kind);
        if (session != null) body.put("session", session);
        if (run != null) body.put("run", run);
        if (outcome != null) body.put("outcome", outcome);
        if (withTitle && title != null && !title.isBlank()) body.put("title", shortened(title, titleCharsMax));
        body.put("at", Instant.ofEpochMilli(atMs).toString());
        return Json.text(body).getBytes(StandardCharsets.UTF_8);
    }

    /** Characters beyond the basic plane remain whole. */
    private static String shortened(String text, int charsMax) {
        if (text.length() <= charsMax) return text;
        int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
        return text.substring(0, end) + "…";
    }
}
