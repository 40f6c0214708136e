package io.reprise.command;

import io.reprise.config.Settings;
import io.reprise.store.backup.Backup;
import io.reprise.store.backup.BackupException;
import io.reprise.store.backup.Restore;
import io.reprise.store.database.DatabaseLock;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.embedded.PrivatePostgres;
import java.nio.file.Path;

/** Saves the database in a file and restores it. The methods block and return one line for the operator. */
public final class BackupCommand {
    private static final String NODE = "restore";

    private final Settings settings;
    private final String version;

    /** @param version of the server, which the file names */
    public BackupCommand(Settings settings, String version) {
        this.settings = settings;
        this.version = version;
    }

    /** While a server runs; with {@code database.url} also while none does. */
    public String save(Path file) throws BackupException {
        DatabaseUri database = RunningDatabase.of(settings)
                .orElseThrow(() -> new BackupException(
                        "no server runs on " + settings.data().dir() + ": start it first"));
        long sessions = new Backup(database, files(), version).write(file);
        return "saved " + sessions(sessions) + " in " + file + remark();
    }

    /** While no server uses the database. */
    public String restore(Path file) throws BackupException {
        try (Restore restore = Restore.open(file)) {
            if (restore.shards() != settings.sessions().shards()) {
                throw new BackupException("the backup was made with sessions.shards " + restore.shards()
                        + ": set that, it is " + settings.sessions().shards() + " now");
            }
            long sessions = settings.database().isPrivate()
                    ? intoPrivate(restore)
                    : into(restore, DatabaseUri.parse(settings.database().url()));
            return "restored " + sessions(sessions) + " as of " + restore.takenAt() + remark();
        }
    }

    private long intoPrivate(Restore restore) throws BackupException {
        try (PrivatePostgres own = PrivatePostgres.start(settings.data().dir(), settings.database())) {
            return into(restore, own.uri());
        }
    }

    private long into(Restore restore, DatabaseUri database) throws BackupException {
        DatabaseLock lock = DatabaseLock.take(database, settings.database(), NODE, false);
        try {
            return restore.into(database, files());
        } finally {
            lock.close();
        }
    }

    private Path files() {
        return settings.attachments().folder(settings.data().dir());
    }

    private static String sessions(long number) {
        return number + (number == 1 ? " session" : " sessions");
    }

    private String remark() {
        return settings.redis().url().isBlank() ? "" : "; checkpoints in Redis are not part of a backup";
    }
}
