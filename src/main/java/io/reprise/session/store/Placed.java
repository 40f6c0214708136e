package io.reprise.session.store;

import io.reprise.message.log.LogEvent;

/** An event and where it is. */
public record Placed(long seq, LogEvent event) {}
