package io.reprise.store.database;

import io.reprise.support.Stopwatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Migrates the schema of a database to the version of this server. */
public final class Migrations {
    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    static final int POSTGRESQL_MIN = 14;
    private static final String LOCATION = "classpath:db/migration";
    private static final Set<MigrationState> OF_A_NEWER_SERVER =
            Set.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    private Migrations() {}

    /**
     * Migrates the schema. Blocks. Several servers may call it at the same time: one migrates and the others wait.
     *
     * @param shards {@code sessions.shards}; the database stores the number of its first start
     * @throws StoreStartException there is no connection, PostgreSQL is too old, the schema is newer than this server,
     *     a migration failed, or the database was created with another number of shards
     */
    public static void migrate(DatabaseUri uri, int shards) {
        migrate(uri, LOCATION, shards);
        refuseOtherShards(uri, shards);
    }

    /**
     * As above, to an earlier version of the schema.
     *
     * @param version of the schema, one that this server knows
     * @throws StoreStartException also if this server does not know the version
     */
    public static void migrate(DatabaseUri uri, int shards, String version) {
        if (Arrays.stream(flyway(uri.dataSource(), LOCATION, shards, version)
                        .info()
                        .all())
                .noneMatch(known -> known.getVersion() != null
                        && known.getVersion().getVersion().equals(version))) {
            throw new StoreStartException(
                    "schema version " + version + " is newer than this server: use a newer Reprise");
        }
        migrate(uri, LOCATION, shards, version);
        refuseOtherShards(uri, shards);
    }

    static void migrate(DatabaseUri uri, String location, int shards) {
        migrate(uri, location, shards, "latest");
    }

    private static void migrate(DatabaseUri uri, String location, int shards, String version) {
        Stopwatch sinceBegin = Stopwatch.started();
        DataSource source = uri.dataSource();
        requireSupported(source, uri);
        Flyway flyway = flyway(source, location, shards, version);
        try {
            int applied = flyway.migrate().migrationsExecuted;
            log.atInfo()
                    .addKeyValue("applied", applied)
                    .addKeyValue("ms", sinceBegin.ms())
                    .log("Database schema up to date");
        } catch (FlywayValidateException mismatch) {
            refuseNewerSchema(flyway, uri);
            throw failed(uri, mismatch);
        } catch (FlywayException failure) {
            throw failed(uri, failure);
        }
    }

    private static StoreStartException failed(DatabaseUri uri, FlywayException failure) {
        return new StoreStartException("database " + uri + " cannot be migrated: " + reason(failure), failure);
    }

    private static Flyway flyway(DataSource source, String location, int shards, String version) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .loggers(FlywayLogs.class.getName())
                .dataSource(source)
                .locations(location)
                .target(version)
                .placeholders(Map.of("shards", Integer.toString(shards)))
                .failOnMissingLocations(true)
                // By default Flyway accepts a schema that is newer than the server.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }

    private static void refuseOtherShards(DatabaseUri uri, int shards) {
        try (Connection connection = uri.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT value FROM fixed_setting WHERE name = 'sessions.shards'")) {
            row.next();
            String fixed = row.getString("value");
            if (!fixed.equals(Integer.toString(shards))) {
                throw new StoreStartException("sessions.shards is " + shards + ", but database " + uri
                        + " was made with " + fixed + " and keeps that: set sessions.shards to " + fixed);
            }
        } catch (SQLException failure) {
            throw noConnection(uri, failure);
        }
    }

    private static void requireSupported(DataSource source, DatabaseUri uri) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version_num")) {
            row.next();
            refuseOld(row.getInt(1), uri);
        } catch (SQLException failure) {
            throw noConnection(uri, failure);
        }
    }

    static StoreStartException noConnection(DatabaseUri uri, SQLException failure) {
        return new StoreStartException(
                "no connection to database " + uri + " (" + failure.getMessage() + "): check database.url", failure);
    }

    /** @param versionNumber in PostgreSQL's numeric format: 140005 is 14.5 */
    static void refuseOld(int versionNumber, DatabaseUri uri) {
        int major = versionNumber / 10_000;
        if (major < POSTGRESQL_MIN) {
            throw new StoreStartException("database " + uri + " is PostgreSQL " + major + ", Reprise needs "
                    + POSTGRESQL_MIN + " or newer: upgrade it or choose another database.url");
        }
    }

    private static void refuseNewerSchema(Flyway flyway, DatabaseUri uri) {
        Optional<MigrationInfo> newest = Arrays.stream(flyway.info().all())
                .filter(migration -> OF_A_NEWER_SERVER.contains(migration.getState()))
                .reduce((earlier, later) -> later);
        if (newest.isPresent()) {
            throw new StoreStartException("database " + uri + " has schema version "
                    + newest.get().getVersion() + ", newer than this server: start the newer Reprise that wrote it");
        }
    }

    private static String reason(FlywayException failure) {
        return failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE
                ? "it contains other tables: create a separate database for Reprise"
                : String.valueOf(failure.getMessage());
    }
}
