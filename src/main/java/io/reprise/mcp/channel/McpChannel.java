package io.reprise.mcp.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.support.StopSignal;
import java.util.Map;

/** Port: exchanges messages with one server. Thread-safe. */
public interface McpChannel {
    /**
     * A request.
     *
     * @param name of the tool; empty for other requests
     * @param headers for channels that have headers
     * @param inquirer receives what the server asks people meanwhile
     */
    record Call(
            String method,
            ObjectNode params,
            String name,
            Map<String, String> headers,
            Deadline deadline,
            Inquirer inquirer) {
        public Call(String method, ObjectNode params, Deadline deadline) {
            this(method, params, "", Map.of(), deadline, Inquirer.NONE);
        }

        public Call {
            headers = Map.copyOf(headers);
        }
    }

    /** Receives what a server asks people during a call, in the older protocol. */
    interface Inquirer {
        /** Nobody can be asked. */
        Inquirer NONE = new Inquirer() {
            @Override
            public String owner() {
                return "";
            }

            @Override
            public void asked(JsonNode params, Reply reply) {
                reply.error(JsonRpc.METHOD_NOT_FOUND, "Nobody can be asked.");
            }
        };

        /** The session whose person is asked. */
        String owner();

        /** Called on threads of the channel; must not block. */
        void asked(JsonNode params, Reply reply);

        /** The server says how far the call is. Called on threads of the channel; must not block. */
        default void progressed(JsonNode params) {}
    }

    /** Answers a request of the server. Does not wait for the answer to arrive. */
    interface Reply {
        void result(ObjectNode result);

        void error(int code, String message);
    }

    /** Receives what the server says by itself. Called on threads of the channel; must not block. */
    interface Listener {
        void told(String method, JsonNode params);
    }

    /**
     * Sends a request and waits for its result. At a stop, and when the time is over, the server is told that nobody waits
     * any more, and a late answer is dropped.
     *
     * @throws McpFailure if there is no result
     * @throws StopSignal.StoppedException at the stop
     */
    JsonNode request(Call call, Dialect dialect, StopSignal stop) throws InterruptedException;

    /** Sends a notification. Does not wait for it. */
    void tell(String method, ObjectNode params, Dialect dialect);

    /**
     * Receives what the server says by itself, until the server ends it.
     *
     * @param wanted parameters of the request, for the protocol that has one
     * @throws McpFailure if the server does not offer it or the connection is lost
     */
    void listen(ObjectNode wanted, Dialect dialect, StopSignal stop) throws InterruptedException;

    /** Whether requests can be sent. */
    boolean isOpen();

    /** Whether parameters of tools are repeated in headers. */
    boolean hasHeaders();

    /** Ends the session with the server. Does not wait for it. Requests under way fail. */
    void close(Dialect dialect);
}
