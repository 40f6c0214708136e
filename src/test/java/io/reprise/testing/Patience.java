package io.reprise.testing;

import java.time.Duration;
import java.util.Map;

/**
 * How long a test waits for what comes soon on an idle machine. It is an upper bound that no test which passes uses up,
 * so it is generous: a machine with one busy core and a slow disk is many times slower.
 */
public final class Patience {
    public static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * The limits of a server within which something has to happen by the clock, long enough for that machine too: a test
     * that is about one of them sets it.
     */
    static final Map<String, String> OF_SERVER = Map.of(
            "database.timeoutMs", "60000",
            "database.checkTimeoutMs", "60000",
            "checkpoints.timeoutMs", "60000",
            "search.timeMs", "60000",
            "server.stallMs", "600000",
            "run.timeMs", "600000",
            "run.toolMs", "600000",
            "run.firstTokenMs", "600000",
            "run.idleMs", "600000",
            "run.silenceMs", "120000");

    private Patience() {}
}
