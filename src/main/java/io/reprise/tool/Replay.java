package io.reprise.tool;

/** What is done about a call during which the server was killed. */
public enum Replay {
    /** It is made again, with the same id. */
    SAFE,

    /** It is not made again, and the model is told that its outcome is unknown. */
    UNKNOWN
}
