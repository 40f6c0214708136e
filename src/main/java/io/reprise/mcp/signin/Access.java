package io.reprise.mcp.signin;

import io.reprise.mcp.channel.McpFailure;
import java.util.Map;

/** What proves to a server who asks, beside what its entry says. Thread-safe. */
public interface Access {
    /** Nothing. */
    Access NONE = new Access() {
        @Override
        public Map<String, String> headers() {
            return Map.of();
        }

        @Override
        public void prepare() {}

        @Override
        public boolean renew() {
            return false;
        }
    };

    /** Headers for every request, as they were prepared last. Does not block. */
    Map<String, String> headers();

    /**
     * Makes sure that the headers are good. Blocks.
     *
     * @throws McpFailure if they cannot be
     */
    void prepare() throws InterruptedException;

    /**
     * Other headers, because the server does not accept these. Blocks.
     *
     * @return false if there can be no others
     * @throws McpFailure if they cannot be made
     */
    boolean renew() throws InterruptedException;
}
