package io.reprise.message.log;

/**
 * The {@code event} frame of the protocol, serialised once for every socket that reads it.
 *
 * @param from first seq of the event; lower than {@code seq} if neighbouring deltas are merged
 */
public record EventFrame(long from, long seq, String text) {
    /** The frame for the part (after, upTo] of the row, which must contain at least one seq. */
    public static EventFrame of(String session, LogRow row, long after, long upTo) {
        long from = Math.max(row.from(), after + 1);
        long seq = Math.min(row.seq(), upTo);
        String event = row.json(after, upTo);
        StringBuilder out = new StringBuilder(event.length() + 160);
        out.append("{\"type\":\"event\",\"session\":\"");
        EventJson.quote(session, out);
        out.append("\",\"seq\":").append(seq);
        if (from < seq) out.append(",\"from\":").append(from);
        if (row.run() != null) {
            out.append(",\"run\":\"");
            EventJson.quote(row.run(), out);
            out.append('"');
        }
        out.append(",\"ts\":").append(row.atMs());
        return new EventFrame(
                from, seq, out.append(",\"event\":").append(event).append('}').toString());
    }
}
