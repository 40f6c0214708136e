package io.reprise.testing;

import io.reprise.store.database.DatabaseUri;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Prepares and checks the rows of a test's database. */
public record Rows(DatabaseUri database) {
    public void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first value of the first row, {@code null} as a word; {@code none} without a row. */
    public String text(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "none";
        }
    }

    /** Approves what a session waits for, as the body of a request. */
    public String approval(String session) throws SQLException {
        return new JsonObject()
                .put("interrupt", text("SELECT id FROM interrupt WHERE session_id = '" + session + "'"))
                .put("decision", "approve")
                .encode();
    }
}
