package io.reprise;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signal SIGHUP. Where there is a terminal it means that the terminal was closed, which stops the server; elsewhere
 * services get it to read their settings again.
 */
final class Hangup {
    private static final Logger log = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** Runs the task at each SIGHUP from now on, unless there is a terminal or the system has no such signal. */
    static void run(Runnable task) {
        if (System.console() != null) return;
        try {
            // By reflection, because the compiler warns of this class, which is the only access to signals.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            Object calls = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                        if (method.getDeclaringClass() == Object.class) return method.invoke(hangup, given);
                        task.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler).invoke(null, hangup, calls);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            log.atDebug().setCause(e).log("no reload on SIGHUP");
        }
    }
}
