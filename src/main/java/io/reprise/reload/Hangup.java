package io.reprise.reload;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signal SIGHUP. Where there is a terminal it means that the terminal was closed, which stops the server; elsewhere
 * services get it to read their settings again.
 */
public final class Hangup {
    private static final Logger log = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** Runs the task at each SIGHUP from now on, unless there is a terminal or the system has no such signal. */
    public static void run(Runnable task) {
        if (System.console() == null) run(task, "sun.misc.Signal");
    }

    /** @param access the name of the class that gives access to signals */
    static void run(Runnable task, String access) {
        try {
            // By reflection, because the compiler warns of this class, and a later Java may come without it.
            Class<?> signal = Class.forName(access);
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            Object calls = Proxy.newProxyInstance(
                    Hangup.class.getClassLoader(), new Class<?>[] {handler}, (self, method, given) -> {
                        if (method.getDeclaringClass() == Object.class) return method.invoke(hangup, given);
                        task.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler).invoke(null, hangup, calls);
        } catch (InvocationTargetException e) {
            log.atDebug().setCause(e).log("this system has no SIGHUP, or Java leaves it to something else");
        } catch (ReflectiveOperationException e) {
            log.atWarn()
                    .addKeyValue("cause", e.toString())
                    .log("no reload on SIGHUP, which ends the server: this Java gives no access to signals");
        }
    }
}
