package io.reprise.config;

/** How a session gets a title after its first exchange. */
public enum TitleSource {
    /** The model, with a short separate request. */
    MODEL,
    /** The beginning of the first message. */
    TEXT,
    /** Sessions get no title. */
    OFF
}
