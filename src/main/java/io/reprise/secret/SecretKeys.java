package io.reprise.secret;

import io.reprise.config.Settings;
import io.reprise.config.read.SecretReference;
import io.reprise.config.storage.SecretSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the keys of stored secrets; makes one beside a private database. */
public final class SecretKeys {
    /** The key's file in the data folder of a private database. */
    public static final String FILE = "secrets.key";

    private static final Logger log = LoggerFactory.getLogger(SecretKeys.class);
    private static final Secrets NOT_SET =
            new Secrets.Off("The server has no key to store secrets with: secrets.key is not set.");
    private static final int KEY_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private SecretKeys() {}

    /**
     * The keys that {@code secrets.key} refers to; without it, for a private database, the key in its data folder. Blocks.
     *
     * @throws KeyException with one line that tells the operator what to do
     */
    public static Secrets find(Settings settings, Map<String, String> environment) {
        SecretSettings secrets = settings.secrets();
        if (secrets.key().isPresent()) {
            SecretReference reference = secrets.key().get();
            String text = reference
                    .resolve(environment)
                    .orElseThrow(() -> new KeyException("secrets.key: missing or empty: " + reference, null));
            return on(text, "secrets.key: " + reference);
        }
        if (!settings.database().isPrivate()) return NOT_SET;
        Path file = settings.data().dir().toAbsolutePath().resolve(FILE);
        return on(ownKey(file), file.toString());
    }

    private static Secrets on(String text, String source) {
        List<String> keys = SecretSettings.keys(text);
        if (!SecretSettings.areLongEnough(keys)) {
            throw new KeyException(
                    source + " must hold keys of at least " + SecretSettings.KEY_BYTES_MIN + " bytes", null);
        }
        return new Secrets.On(new SecretBox(keys));
    }

    private static String ownKey(Path file) {
        try {
            if (!Files.exists(file)) make(file);
            if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
                log.atWarn()
                        .addKeyValue("file", file)
                        .log("others than its owner can use the file of the key of secrets");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new KeyException("the key of secrets in " + file + " cannot be read or made: check its owner", e);
        }
    }

    /** The file has its whole content from the beginning, also after a crash. */
    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        String text = Base64.getEncoder().encodeToString(key) + "\n";
        Path next = file.resolveSibling("." + FILE + ".tmp");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.writeString(next, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        log.atInfo().addKeyValue("file", file).log("made the key of secrets; keep a copy of it apart from backups");
    }

    /** The keys cannot be used. The message is one line for the operator. */
    public static final class KeyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        KeyException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
