package io.reprise.store.embedded;

import io.reprise.store.database.DatabaseUri;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.ds.PGSimpleDataSource;

/** The result of a login: accepted, not ready yet, or a foreign server. */
enum Login {
    ACCEPTED,
    NOT_YET,
    REFUSED;

    private static final int TIMEOUT_SECONDS = 5;

    /**
     * Codes of temporary failures: 57P03 starting, recovering or stopping; 08001 and 08006 nothing listens yet; 53300
     * all connections are in use.
     */
    private static final Set<String> PASSING_STATES = Set.of("57P03", "08001", "08006", "53300");

    static Login attempt(DatabaseUri uri) {
        PGSimpleDataSource source = uri.dataSource();
        source.setConnectTimeout(TIMEOUT_SECONDS);
        source.setSocketTimeout(TIMEOUT_SECONDS);
        try (Connection connection = source.getConnection()) {
            return connection.isValid(TIMEOUT_SECONDS) ? ACCEPTED : NOT_YET;
        } catch (SQLException failure) {
            return PASSING_STATES.contains(failure.getSQLState()) ? NOT_YET : REFUSED;
        }
    }
}
