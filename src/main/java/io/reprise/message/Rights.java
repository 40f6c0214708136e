package io.reprise.message;

/** Whether a user may act at all, whatever a token says: asked at each request, at attach, and when a recall is due. */
@FunctionalInterface
public interface Rights {
    /** Answers at once, from any thread. */
    boolean mayAct(String user);
}
