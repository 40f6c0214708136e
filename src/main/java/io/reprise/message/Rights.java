package io.reprise.message;

/**
 * Port: whether a user is blocked, regardless of tokens. Asked at each request, at attach, and when a recall is due.
 */
@FunctionalInterface
public interface Rights {
    /** Answers immediately. Callable from any thread. */
    boolean mayAct(String user);
}
