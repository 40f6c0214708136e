package io.reprise;

import io.reprise.config.LoggingSettings;
import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.reload.ReloadPart;
import io.reprise.telemetry.Logging;

/** The log output of this process, which follows {@code logging}. */
final class LiveLogging implements ReloadPart {
    private LoggingSettings used;

    LiveLogging(LoggingSettings first) {
        this.used = first;
    }

    @Override
    public Prepared prepare(Settings next, ConfigFiles files) {
        return new Prepared() {
            @Override
            public void commit() {
                if (next.logging().equals(used)) return;
                Logging.change(used, next.logging());
                used = next.logging();
            }

            @Override
            public void abandon() {}
        };
    }
}
