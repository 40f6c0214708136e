package io.reprise;

import io.reprise.config.Settings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PrivatePostgres;
import java.util.Optional;

/** The database that a running server uses. */
final class RunningDatabase {
    private RunningDatabase() {}

    /** Empty if the settings choose the private database and no server runs it now. */
    static Optional<DatabaseUri> of(Settings settings) {
        return settings.database().isPrivate()
                ? PrivatePostgres.running(settings.data().dir())
                : Optional.of(DatabaseUri.parse(settings.database().url()));
    }
}
