package io.reprise.session.store;

import io.reprise.message.log.LogEvent;

/** An event with its seq. */
public record Placed(long seq, LogEvent event) {}
