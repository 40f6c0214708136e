package io.reprise.store.backup;

import io.reprise.message.Json;
import io.reprise.store.database.DatabaseUri;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Writes a backup: a ZIP file with each table in PostgreSQL's COPY format, all as of one moment. Servers go on meanwhile.
 */
public final class Backup {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** Content that is not in the database. */
    private static final String FILES =
            "SELECT id FROM attachment_blob WHERE place = 'folder' AND kept AND NOT gone ORDER BY id";

    private static final int FILES_FETCHED = 1_000;

    private final DatabaseUri database;
    private final Path files;
    private final String server;

    /**
     * @param files the folder with the content of attachments, which need not exist
     * @param server version of the server, for people who look into the file
     */
    public Backup(DatabaseUri database, Path files, String server) {
        this.database = database;
        this.files = files;
        this.server = server;
    }

    /**
     * Writes the file, which only its owner may read, because it contains conversations and keys. Until it is complete it has
     * another name. Blocks.
     *
     * @return the number of sessions in it
     * @throws BackupException the file exists or cannot be written, or the database fails
     */
    public long write(Path file) throws BackupException {
        if (Files.exists(file)) throw new BackupException(file + " exists: choose another name");
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            Files.deleteIfExists(unfinished);
            Files.createFile(unfinished, OWNER_ONLY);
            long sessions;
            try (Connection connection = database.dataSource().getConnection();
                    ZipOutputStream zip =
                            new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
                sessions = write(connection, zip);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            return sessions;
        } catch (IOException e) {
            throw new BackupException("cannot write " + file + ": " + e, e);
        } catch (SQLException e) {
            throw new BackupException("database " + database + ": " + e.getMessage(), e);
        }
    }

    private long write(Connection connection, ZipOutputStream zip) throws SQLException, IOException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL statement_timeout = 0");
        }
        Schema schema = new Schema(connection);
        Manifest manifest =
                new Manifest(Manifest.FORMAT, server, schema.version(), schema.shards(), schema.now(), schema.tables());
        text(zip, Manifest.ENTRY, Json.text(manifest));
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        Map<String, Long> rows = new LinkedHashMap<>();
        for (Manifest.Table table : manifest.tables()) {
            zip.putNextEntry(new ZipEntry(table.entry()));
            String select = "COPY (SELECT " + table.columnList() + " FROM " + table.quoted() + ") TO STDOUT";
            rows.put(table.name(), copy.copyOut(select, new LeftOpen(zip)));
            zip.closeEntry();
        }
        files(connection, zip);
        text(zip, Manifest.End.ENTRY, Json.text(new Manifest.End(rows, schema.sequences())));
        connection.rollback();
        return rows.get("session");
    }

    private void files(Connection connection, ZipOutputStream zip) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FILES_FETCHED);
            try (ResultSet rows = statement.executeQuery(FILES)) {
                while (rows.next()) file(zip, rows.getString(1));
            }
        }
    }

    /** A file that is missing was erased meanwhile. */
    private void file(ZipOutputStream zip, String name) throws IOException {
        try (InputStream in = Files.newInputStream(files.resolve(name))) {
            zip.putNextEntry(new ZipEntry(Manifest.FILES + name));
            in.transferTo(zip);
            zip.closeEntry();
        } catch (NoSuchFileException e) {
            // A restored database then has a message without its file, like any that is erased.
        }
    }

    private static void text(ZipOutputStream zip, String entry, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    /** The driver closes what it has written to. */
    private static final class LeftOpen extends FilterOutputStream {
        LeftOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() {
            // The ZIP file goes on.
        }
    }
}
