package io.reprise.store;

import io.reprise.config.AttachmentSettings;
import io.reprise.config.Settings;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database says at the start about stores that earlier settings named: they may hold copies of sessions, which
 * have to be erased with them.
 *
 * @param hasFiles whether there are attachments in a folder, or erasures of such
 * @param aFile the name of one of those that sessions have, or null
 * @param waiting number of erasures by the store that they are for
 */
record FormerStores(boolean hasFiles, String aFile, Map<String, Long> waiting) {
    static final String FILES = "files";
    static final String MEMORY = "memory";
    static final String REDIS = "redis";

    private static final Logger log = LoggerFactory.getLogger(FormerStores.class);

    /** Blocks. Erasures in the memory of a process that has ended are done, and forgotten here. */
    static FormerStores read(DatabaseUri uri, Settings settings) {
        try (Connection connection = uri.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            if (settings.checkpoints().store() != CheckpointSettings.Store.MEMORY) {
                statement.executeUpdate("DELETE FROM erasure WHERE store = '" + MEMORY + "'");
            }
            Map<String, Long> waiting = new TreeMap<>();
            try (ResultSet rows = statement.executeQuery("SELECT store, count(*) FROM erasure GROUP BY store")) {
                while (rows.next()) waiting.put(rows.getString(1), rows.getLong(2));
            }
            try (ResultSet row = statement.executeQuery("""
                    SELECT EXISTS (SELECT 1 FROM attachment_blob WHERE place = 'folder'),
                        (SELECT id FROM attachment_blob WHERE place = 'folder' AND kept AND NOT gone LIMIT 1)""")) {
                row.next();
                boolean hasFiles = row.getBoolean(1) || waiting.containsKey(FILES);
                return new FormerStores(hasFiles, row.getString(2), waiting);
            }
        } catch (SQLException failure) {
            throw new StoreStartException("the stores of data cannot be read (" + failure.getMessage() + ")", failure);
        }
    }

    /** Whether files have to be erased in a folder. */
    boolean needsFolder(Settings settings) {
        return hasFiles || settings.attachments().store() == AttachmentSettings.Store.FOLDER;
    }

    /** Tells in the log what this server cannot erase, because it does not know where it is. */
    void warn(Settings settings) {
        Long inRedis = waiting.get(REDIS);
        if (inRedis != null && settings.redis().url().isEmpty()) {
            log.atWarn()
                    .addKeyValue("erasures", inRedis)
                    .log("checkpoints of deleted sessions are left in a Redis that redis.url does not name any more");
        }
        Path folder = settings.attachments().folder(settings.data().dir());
        if (aFile != null && !Files.exists(folder.resolve(aFile))) {
            log.atWarn()
                    .addKeyValue("folder", folder)
                    .addKeyValue("file", aFile)
                    .log("the folder of attachments lacks a file that it should have; is it the right one?");
        }
    }
}
