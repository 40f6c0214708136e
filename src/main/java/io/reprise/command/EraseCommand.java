package io.reprise.command;

import io.reprise.config.Settings;
import io.reprise.store.database.StoreStartException;
import io.reprise.store.job.PgUserErasures;

/** Records that the data of a user is to be erased; the running server, or the next one, carries it out. */
public final class EraseCommand {
    private final Settings settings;

    public EraseCommand(Settings settings) {
        this.settings = settings;
    }

    /** Returns one line for the operator. */
    public String erase(String user) throws CommandException {
        try {
            return PgUserErasures.ask(RunningDatabase.needed(settings), user)
                    ? "recorded; the server erases the data of " + user
                    : "recorded before; the server is erasing the data of " + user;
        } catch (StoreStartException failure) {
            throw new CommandException(failure.getMessage(), failure);
        }
    }
}
