package io.reprise.command;

import io.reprise.config.Settings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PrivatePostgres;
import java.util.Optional;

/** The database that a running server uses. */
public final class RunningDatabase {
    private RunningDatabase() {}

    /** Empty if the settings choose the private database and no server runs it now. */
    public static Optional<DatabaseUri> of(Settings settings) {
        return settings.database().isPrivate()
                ? PrivatePostgres.running(settings.data().dir())
                : Optional.of(DatabaseUri.parse(settings.database().url()));
    }

    /** As above, for what cannot be done without it. */
    static DatabaseUri needed(Settings settings) throws CommandException {
        return of(settings)
                .orElseThrow(() -> new CommandException(
                        "no server runs on " + settings.data().dir() + ": start it first"));
    }
}
