package io.reprise.testing;

import java.time.Duration;
import java.util.Map;

/**
 * How long a test waits for events that come soon on an idle machine. Passing tests do not use it up,
 * so it is generous: a machine with one busy core and a slow disk is many times slower.
 */
public final class Patience {
    public static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * Limits of a server of a test that differ from the defaults. All other limits, such as those on waiting for the
     * database,
     * are those of an operator's server: a test that nearly reaches them on a slow machine has found a problem. These
     * differ because they end a situation that a test has created to examine it, such as a silent model, a tool that
     * sleeps or an endless answer, and how long that takes depends on the machine. A test of one of these limits
     * sets it. The private PostgreSQL of a killed server is examined, too.
     */
    static final Map<String, String> OF_SERVER = Map.of(
            "run.timeMs", "600000",
            "run.toolMs", "600000",
            "run.firstTokenMs", "600000",
            "database.orphanMs", "600000");

    private Patience() {}
}
