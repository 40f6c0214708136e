package io.reprise.store.backup;

import io.reprise.message.Json;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.Migrations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Restores a backup into a database that no server uses and that contains no data. The tables are created as they were when the
 * backup was made, filled in one transaction, and migrated to the schema of this server.
 *
 * <p>Every session gets a new epoch: what happened after the backup is lost, so its log is not a continuation of what clients may have
 * seen.
 */
public final class Restore implements AutoCloseable {
    /** Tables in which a server that has run has rows. */
    private static final String USED =
            "SELECT EXISTS (SELECT FROM secret) OR EXISTS (SELECT FROM session) OR EXISTS (SELECT FROM audit)";

    private static final String NEW_EPOCHS =
            "UPDATE session SET epoch = 'e_' || translate(gen_random_uuid()::text, '-', '')";

    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final ZipFile file;
    private final Path path;
    private final Manifest manifest;
    private final Manifest.End end;

    private Restore(ZipFile file, Path path) throws IOException, BackupException {
        this.file = file;
        this.path = path;
        manifest = Json.parse(text(Manifest.ENTRY), Manifest.class);
        if (manifest.format() != Manifest.FORMAT) {
            throw new BackupException(path + " has format " + manifest.format() + ", this server reads "
                    + Manifest.FORMAT + ": restore it with Reprise " + manifest.server());
        }
        end = Json.parse(text(Manifest.End.ENTRY), Manifest.End.class);
    }

    /** @throws BackupException if the file is not a complete backup */
    public static Restore open(Path path) throws BackupException {
        try {
            ZipFile file = new ZipFile(path.toFile());
            try {
                return new Restore(file, path);
            } catch (IOException | BackupException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (ZipException | IllegalArgumentException e) {
            throw incomplete(path, e);
        } catch (IOException e) {
            throw new BackupException("cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static BackupException incomplete(Path path, Exception cause) {
        return new BackupException(path + " is not a complete backup", cause);
    }

    /** {@code sessions.shards} of the database that was saved. */
    public int shards() {
        return manifest.shards();
    }

    /** When the backup was made, as text. */
    public String takenAt() {
        return manifest.takenAt();
    }

    /**
     * Restores it. Blocks. After a failure the database contains no data.
     *
     * @param files the folder for the content of attachments that was not in the database
     * @return the number of sessions
     * @throws BackupException the database contains data, or the file is damaged
     */
    public long into(DatabaseUri database, Path files) throws BackupException {
        Migrations.migrate(database, manifest.shards(), manifest.schema());
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            if (isUsed(connection)) {
                throw new BackupException("database " + database + " contains data: restore into an empty one");
            }
            fill(connection);
            unpack(files);
            connection.commit();
        } catch (SQLException | IOException e) {
            throw new BackupException("cannot restore " + path + ": " + e.getMessage(), e);
        }
        Migrations.migrate(database, manifest.shards());
        return end.rows().get("session");
    }

    private static boolean isUsed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(USED)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void fill(Connection connection) throws SQLException, IOException, BackupException {
        List<Manifest.Table> tables = manifest.tables();
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = 0");
            statement.execute("TRUNCATE "
                    + String.join(
                            ", ", tables.stream().map(Manifest.Table::quoted).toList()));
            for (Manifest.Table table : tables) {
                long rows;
                try (InputStream in = entry(table.entry())) {
                    rows = copy.copyIn("COPY " + table.quoted() + " (" + table.columnList() + ") FROM STDIN", in);
                }
                if (rows != end.rows().get(table.name())) throw incomplete(path, null);
            }
            for (Map.Entry<String, Manifest.Sequence> sequence : end.sequences().entrySet()) {
                statement.execute("SELECT setval('%s', %d, %b)"
                        .formatted(
                                Manifest.quote(sequence.getKey()).replace("'", "''"),
                                sequence.getValue().value(),
                                sequence.getValue().called()));
            }
            statement.execute(NEW_EPOCHS);
        }
    }

    private void unpack(Path files) throws IOException {
        for (ZipEntry entry : Collections.list(file.entries())) {
            if (!entry.getName().startsWith(Manifest.FILES)) continue;
            Path name =
                    Path.of(entry.getName().substring(Manifest.FILES.length())).getFileName();
            Files.createDirectories(files, OWNER_ONLY_FOLDER);
            try (InputStream in = file.getInputStream(entry)) {
                Files.copy(in, files.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private String text(String name) throws IOException, BackupException {
        try (InputStream in = entry(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private InputStream entry(String name) throws IOException, BackupException {
        ZipEntry entry = file.getEntry(name);
        if (entry == null) throw incomplete(path, null);
        return file.getInputStream(entry);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
