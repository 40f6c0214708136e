package io.reprise.message;

/** The last event that a client applied. */
public record Cursor(String epoch, long seq) {}
