package io.reprise.store.postgres;

import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.vertx.sqlclient.Row;

/** What queries for messages have in common: which rows begin one, and which of these a rewind or restart has made void. */
final class PgMessages {
    /** What changes earlier messages. An index is made for exactly this condition. */
    static final String AMENDING = """
            type = 'CUSTOM' AND (payload LIKE '{"type":"CUSTOM","name":"history.rewound"%'
                                 OR payload LIKE '{"type":"CUSTOM","name":"run.restarted"%'
                                 OR payload LIKE '{"type":"CUSTOM","name":"interrupt.resolved"%')
            """;

    /** What makes messages void. */
    static final String REWOUND = AMENDING + """
            AND payload NOT LIKE '{"type":"CUSTOM","name":"interrupt.resolved"%'
            """;

    /** Somebody took the conversation back. */
    static final String REWINDING = AMENDING + """
            AND payload LIKE '{"type":"CUSTOM","name":"history.rewound"%'
            """;

    /** Somebody, or the server, stops a run. */
    static final String STOPPING = " payload LIKE '{\"type\":\"CUSTOM\",\"name\":\"run.stopping\"%' ";

    /** What made messages of session {@code $1} void, for a WITH. */
    static final String REWINDS = """
            rewound AS MATERIALIZED (
                SELECT seq, (payload::json #>> '{value,toSeq}')::bigint AS to_seq
                FROM session_event WHERE session_id = $1 AND
            """ + REWOUND + ") ";

    /** Of a row {@code e}. */
    static final String IS_MESSAGE =
            " e.type IN ('TEXT_MESSAGE_START', 'REASONING_MESSAGE_START', 'TOOL_CALL_RESULT') ";

    /** Of a row {@code e}, with {@link #REWINDS}. */
    static final String IS_NOT_VOID =
            " NOT EXISTS (SELECT 1 FROM rewound AS r WHERE e.seq > r.to_seq AND e.seq < r.seq) ";

    /** The same when the log ended at {@code $4}. */
    static final String WAS_NOT_VOID =
            " NOT EXISTS (SELECT 1 FROM rewound AS r WHERE e.seq > r.to_seq AND e.seq < r.seq AND r.seq <= $4) ";

    private PgMessages() {}

    /** The id of the message that the event in this column begins; null for none. */
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
