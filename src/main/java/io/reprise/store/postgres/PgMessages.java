package io.reprise.store.postgres;

import io.reprise.message.content.Content;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.vertx.sqlclient.Row;

/**
 * SQL that queries for messages share: which rows begin a message, and which messages a rewind or restart has
 * superseded.
 */
final class PgMessages {
    /** Events that change earlier messages. An index has exactly this condition. */
    static final String AMENDING = """
            type = 'CUSTOM' AND (payload LIKE '{"type":"CUSTOM","name":"history.rewound"%'
                                 OR payload LIKE '{"type":"CUSTOM","name":"run.restarted"%'
                                 OR payload LIKE '{"type":"CUSTOM","name":"interrupt.resolved"%')
            """;

    /** Events that supersede messages. */
    static final String REWOUND = AMENDING + """
            AND payload NOT LIKE '{"type":"CUSTOM","name":"interrupt.resolved"%'
            """;

    /** Events by which a person rewinds the conversation. */
    static final String REWINDING = AMENDING + """
            AND payload LIKE '{"type":"CUSTOM","name":"history.rewound"%'
            """;

    /** Events with a summary of the conversation. An index has exactly this condition. */
    static final String SUMMARISING = """
            type = 'CUSTOM' AND payload LIKE '{"type":"CUSTOM","name":"context.summarised"%'
            """;

    /** Events with what people think of answers. An index has exactly this condition. */
    static final String OPINING = """
            type = 'CUSTOM' AND payload LIKE '{"type":"CUSTOM","name":"feedback.updated"%'
            """;

    /** Events by which a user or the server stops a run. */
    static final String STOPPING = " payload LIKE '{\"type\":\"CUSTOM\",\"name\":\"run.stopping\"%' ";

    /** A subquery for {@code WITH}: the ranges of events in session {@code $1} that were superseded. */
    static final String REWINDS = """
            rewound AS MATERIALIZED (
                SELECT seq, (payload::json #>> '{value,toSeq}')::bigint AS to_seq
                FROM session_event WHERE session_id = $1 AND
            """ + REWOUND + ") ";

    /** Whether row {@code e} begins a message. */
    static final String IS_MESSAGE =
            " e.type IN ('TEXT_MESSAGE_START', 'REASONING_MESSAGE_START', 'TOOL_CALL_RESULT') ";

    /** Whether row {@code e} is not superseded; needs {@link #REWINDS}. */
    static final String IS_NOT_VOID =
            " NOT EXISTS (SELECT 1 FROM rewound AS r WHERE e.seq > r.to_seq AND e.seq < r.seq) ";

    /** As above, for the log up to seq {@code $4}. */
    static final String WAS_NOT_VOID =
            " NOT EXISTS (SELECT 1 FROM rewound AS r WHERE e.seq > r.to_seq AND e.seq < r.seq AND r.seq <= $4) ";

    private PgMessages() {}

    /**
     * The content of a user's message.
     *
     * @param next the event after the one that begins the message; of another kind if it has no text, or null
     */
    static Content content(LogEvent.TextStart begin, String next) {
        LogEvent event = next == null ? null : EventJson.parse(next);
        String text = event instanceof LogEvent.TextContent said ? said.delta() : "";
        return Content.of(
                text, begin.metadata() == null ? null : begin.metadata().parts());
    }

    /** The id of the message that the event in this column begins; null if it begins none. */
    static String id(Row row, String column) {
        String payload = row.getString(column);
        if (payload == null) return null;
        return switch (EventJson.parse(payload)) {
            case LogEvent.TextStart e -> e.messageId();
            case LogEvent.ReasoningMessageStart e -> e.messageId();
            case LogEvent.ToolCallResult e -> e.messageId();
            case LogEvent other -> throw new IllegalStateException("begins no message: " + EventJson.type(other));
        };
    }
}
