package io.reprise.mcp.channel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;

/**
 * Reads server-sent events from pieces of bytes. Lines end with LF, CR or both; an event ends with an empty line. An event
 * that exceeds the limit fails.
 */
final class SseEvents {
    private final Source source;
    private final int bytesMax;
    private byte[] piece = new byte[0];
    private int at;
    private boolean afterCr;
    private String lastId = "";
    private int retryMs = -1;

    /** Where the bytes come from. */
    @FunctionalInterface
    interface Source {
        /** The next bytes; null at the end. */
        byte[] next() throws InterruptedException, IOException, TimeoutException;
    }

    /** @param data the bytes of an event; empty if it has none */
    record Event(String name, byte[] data) {}

    SseEvents(Source source, int bytesMax) {
        this.source = source;
        this.bytesMax = bytesMax;
    }

    /** The next event with a name or data; null at the end of the stream. An event without an end is dropped. */
    Event next() throws InterruptedException, IOException, TimeoutException {
        String name = "message";
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        boolean some = false;
        for (byte[] line = line(data); line != null; line = line(data)) {
            if (line.length == 0) {
                if (some) return new Event(name, data.toByteArray());
                continue;
            }
            int colon = indexOf(line, ':');
            String field = new String(line, 0, colon, StandardCharsets.UTF_8);
            int from = Math.min(line.length, colon + (colon + 1 < line.length && line[colon + 1] == ' ' ? 2 : 1));
            switch (field) {
                case "data" -> {
                    if (data.size() > 0) data.write('\n');
                    data.write(line, from, line.length - from);
                    some = true;
                }
                case "event" -> name = text(line, from);
                case "id" -> {
                    lastId = text(line, from);
                    some = true;
                }
                case "retry" -> retry(text(line, from));
                default -> {} // A comment, or a field that does not exist.
            }
        }
        return null;
    }

    /** The id of the last event; empty if no event had one. */
    String lastId() {
        return lastId;
    }

    /** The pause before another connection that the server wishes; negative if it names none. */
    int retryMs() {
        return retryMs;
    }

    private void retry(String digits) {
        if (digits.matches("[0-9]{1,7}")) retryMs = Integer.parseInt(digits);
    }

    private static String text(byte[] line, int from) {
        return new String(line, from, line.length - from, StandardCharsets.UTF_8);
    }

    private static int indexOf(byte[] line, char wanted) {
        for (int i = 0; i < line.length; i++) if (line[i] == wanted) return i;
        return line.length;
    }

    /** The next line without its end; null at the end of the stream. */
    private byte[] line(ByteArrayOutputStream event) throws InterruptedException, IOException, TimeoutException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (at == piece.length) {
                piece = source.next();
                at = 0;
                if (piece == null) {
                    piece = new byte[0];
                    return null;
                }
                continue;
            }
            byte next = piece[at++];
            boolean afterCrNow = afterCr;
            afterCr = next == '\r';
            if (next == '\n' && afterCrNow) continue; // The second half of one line end.
            if (next == '\n' || next == '\r') return line.toByteArray();
            if (line.size() + event.size() >= bytesMax) throw HttpChannel.tooLarge(bytesMax);
            line.write(next);
        }
    }
}
