package io.reprise.client.chat;

import java.lang.reflect.Proxy;

/**
 * Ctrl-C, as far as the virtual machine tells of it. The class for signals is in every JDK, but the compiler warns of it, so it
 * is found by its name.
 */
final class InterruptKey {
    private InterruptKey() {}

    /** Runs the action on a thread of its own at each Ctrl-C, in the place of the end of the program. */
    static void on(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    InterruptKey.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) action.run();
                        return method.getReturnType() == int.class ? System.identityHashCode(proxy) : null;
                    });
            Object interrupt = signal.getConstructor(String.class).newInstance("INT");
            signal.getMethod("handle", signal, handler).invoke(null, interrupt, ours);
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Then Ctrl-C ends the program at once.
        }
    }
}
