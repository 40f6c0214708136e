package io.reprise.config;

/** How a session gets a title after its first exchange. */
public enum TitleSource {
    /** The model of the agent, by a short request of its own. */
    MODEL,
    /** The beginning of what was asked. */
    TEXT,
    /** Nobody. */
    OFF
}
