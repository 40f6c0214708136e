package io.reprise.mcp.signin;

import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.mcp.signin.McpSignIns.Token;
import io.reprise.support.MonotonicClock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** What one user sends to one server. What was read is used again for a short time. Thread-safe. */
public final class UserAccess implements Access {
    private final McpSignIns signIns;
    private final String user;
    private final String server;
    private final String url;
    private final MonotonicClock clock;
    private volatile Token token;
    private volatile long readMs;

    public UserAccess(McpSignIns signIns, String user, String server, String url, MonotonicClock clock) {
        this.signIns = signIns;
        this.user = user;
        this.server = server;
        this.url = url;
        this.clock = clock;
    }

    @Override
    public Map<String, String> headers() {
        Token now = token;
        return now == null ? Map.of() : Map.of("Authorization", "Bearer " + now.text());
    }

    @Override
    public void prepare() throws InterruptedException {
        if (token == null || clock.elapsedMs() - readMs > signIns.limits().keptMs()) read(-1);
    }

    @Override
    public boolean renew() throws InterruptedException {
        Token refused = token;
        if (refused == null) return false;
        read(refused.version());
        return true;
    }

    private void read(long refused) throws InterruptedException {
        try {
            Optional<Token> found = signIns.token(user, server, url, refused).get();
            // Somebody else read it before it was known to be refused.
            boolean same = found.isPresent() && found.get().version() == refused;
            if (same) found = signIns.token(user, server, url, refused).get();
            token = found.orElse(null);
            readMs = clock.elapsedMs();
        } catch (ExecutionException e) {
            throw McpFailure.of(
                    Kind.UNREACHABLE,
                    e.getCause() instanceof SignInFailure failure
                            ? failure.getMessage()
                            : "The sign-in to the server cannot be read at the moment.",
                    e.getCause());
        }
        if (token == null) throw McpFailure.unauthorized("You are not signed in to the server.", "");
    }
}
