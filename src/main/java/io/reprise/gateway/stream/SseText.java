package io.reprise.gateway.stream;

import io.reprise.gateway.frame.Frame;

/** A frame as an event of Server-Sent Events. Its text has no line breaks, as JSON has none outside of escapes. */
final class SseText {
    private SseText() {}

    static String of(Frame frame) {
        StringBuilder out = new StringBuilder(frame.text().length() + 100);
        out.append("event: ").append(frame.type().wire());
        if (frame.cursor() != null) {
            out.append("\nid: ")
                    .append(frame.cursor().epoch())
                    .append(':')
                    .append(frame.cursor().seq());
        }
        return out.append("\ndata: ").append(frame.text()).append("\n\n").toString();
    }
}
