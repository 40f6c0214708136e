package io.reprise.store.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log file of PostgreSQL, limited in size by copying and truncating it while the server appends. */
record ServerLog(Path file, long bytesMax) {
    private static final Logger log = LoggerFactory.getLogger(ServerLog.class);
    private static final int TAIL_BYTES = 16 * 1024;

    /** Checks the size every {@code interval} until the thread is interrupted. */
    void keepSmall(Duration interval) {
        try {
            while (true) {
                Thread.sleep(interval);
                rotateIfLarge();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void rotateIfLarge() {
        try {
            if (sizeBytes() > bytesMax) {
                Files.copy(file, olderFile(), StandardCopyOption.REPLACE_EXISTING);
                FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
            }
        } catch (IOException failure) {
            log.atWarn().addKeyValue("reason", failure.toString()).log("rotating the PostgreSQL log failed");
        }
    }

    Path olderFile() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    long sizeBytes() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /** What was appended since the file had the given size; only the end of it if it is long. */
    String since(long offset) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(TAIL_BYTES);
            channel.read(bytes, Math.max(offset, channel.size() - TAIL_BYTES));
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        }
    }
}
