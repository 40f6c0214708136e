package io.reprise;

import io.reprise.config.Settings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.job.PgUserErasures;

/** Records that the data of a user is to be erased; the running server, or the next one, carries it out. */
final class EraseCommand {
    private final Settings settings;

    EraseCommand(Settings settings) {
        this.settings = settings;
    }

    /** It cannot be recorded; the message is one line for the operator. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Returns one line for the operator. */
    String erase(String user) throws RefusedException {
        try {
            return PgUserErasures.ask(database(), user)
                    ? "recorded; the server erases the data of " + user
                    : "recorded before; the server is erasing the data of " + user;
        } catch (StoreStartException failure) {
            throw new RefusedException(failure.getMessage(), failure);
        }
    }

    private DatabaseUri database() throws RefusedException {
        return RunningDatabase.of(settings)
                .orElseThrow(() -> new RefusedException(
                        "no server runs on " + settings.data().dir() + ": start it first", null));
    }
}
