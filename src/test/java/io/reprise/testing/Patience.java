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
     * What a server of a test is given beyond its defaults. All other limits, such as those on waiting for the database, are
     * the ones that an operator's server has: a test that comes near them on a slow machine has found something. These
     * are different, because they end what a test has brought about to look at it, a model that says nothing, a tool that
     * sleeps or an answer without an end, and how long it looks depends on the machine. A test that is about one of them
     * sets it.
     */
    static final Map<String, String> OF_SERVER =
            Map.of("run.timeMs", "600000", "run.toolMs", "600000", "run.firstTokenMs", "600000");

    private Patience() {}
}
