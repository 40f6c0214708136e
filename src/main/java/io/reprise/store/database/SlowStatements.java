package io.reprise.store.database;

import io.reprise.config.WatchSettings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Warnings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of statements that took long, by the method that executes them: the texts of statements are long, and values may
 * be private. Thread-safe.
 */
public final class SlowStatements {
    private static final Logger log = LoggerFactory.getLogger(SlowStatements.class);

    /** More than there are statements; further ones have no name. */
    private static final int NAMES_MAX = 2_000;

    private static final String NAMELESS = "other";
    private static final StackWalker STACK = StackWalker.getInstance();

    private final Current<WatchSettings> settings;
    private final Metrics metrics;
    private final Warnings warnings;
    private final Map<Object, String> names = new ConcurrentHashMap<>();

    public SlowStatements(Current<WatchSettings> settings, MonotonicClock clock, Metrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.warnings = new Warnings(settings.map(WatchSettings::warnEveryMs), clock);
    }

    /**
     * The method that executes a statement, such as {@code PgSessionDirectory.list}. Looked up once for each statement.
     *
     * @param statement its text, or the class of the work in a transaction
     */
    String name(Object statement) {
        String known = names.get(statement);
        if (known != null) return known;
        if (names.size() >= NAMES_MAX) return NAMELESS;
        String name = STACK.walk(frames -> frames.filter(
                        frame -> !frame.getClassName().startsWith(PgPool.class.getName())
                                && !frame.getClassName().equals(SlowStatements.class.getName()))
                .findFirst()
                .map(frame -> simple(frame.getClassName()) + "." + method(frame.getMethodName()))
                .orElse(NAMELESS));
        names.put(statement, name);
        return name;
    }

    private static String simple(String className) {
        String name = className.substring(className.lastIndexOf('.') + 1);
        int inner = name.indexOf('$');
        return inner < 0 ? name : name.substring(0, inner);
    }

    /** The method in which a lambda stands. */
    private static String method(String name) {
        return name.startsWith("lambda$") ? name.split("\\$")[1] : name;
    }

    /** @param ms from the request to the answer or the failure, with the wait for a connection */
    void took(String statement, long ms) {
        WatchSettings now = settings.get();
        if (now.slowStatementMs() == 0 || ms < now.slowStatementMs()) return;
        metrics.slowStatement(statement);
        int left = warnings.due(statement);
        if (left < 0) return;
        log.atWarn()
                .addKeyValue("statement", statement)
                .addKeyValue("ms", ms)
                .addKeyValue("limitMs", now.slowStatementMs())
                .addKeyValue("warningsLeftOut", left)
                .log("a database statement took long, with its wait for a connection");
    }
}
