package io.reprise.gateway.stream;

import io.reprise.gateway.frame.Frame;

/** Formats a frame as a server-sent event. Its JSON contains no line breaks. */
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
