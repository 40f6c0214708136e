package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.support.IdSource;
import io.reprise.support.TimeSource;
import io.reprise.telemetry.Metrics;

/** What the parts of one session share. */
record SessionParts(
        Identity self,
        Settings settings,
        SessionLog log,
        Appends appends,
        Effects effects,
        IdSource ids,
        TimeSource time,
        Metrics metrics) {}
