package io.reprise.mcp;

import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.signin.Access;
import io.reprise.message.Cause.CallerToken;
import io.reprise.support.WallClock;
import java.util.Map;

/** What one token of a caller proves to one server, as long as it lasts. */
record CallerAccess(CallerToken token, WallClock time) implements Access {
    boolean isOver() {
        return time.nowMs() >= token.expiresAtMs();
    }

    @Override
    public Map<String, String> headers() {
        return isOver() ? Map.of() : Map.of("Authorization", "Bearer " + token.value());
    }

    @Override
    public void prepare() {
        if (isOver()) throw McpFailure.unauthorized("The token of the person who asks has expired.", "");
    }

    @Override
    public boolean renew() {
        return false;
    }
}
