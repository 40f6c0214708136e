package io.reprise.store.embedded;

import io.reprise.store.database.StoreStartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The server's data folder, locked by one server at a time. */
public final class DataFolder implements AutoCloseable {
    /** Version of the folder's layout. Increased when an older server would misread the folder. */
    static final int LAYOUT = 1;

    static final String LAYOUT_FILE = "reprise.layout";
    static final String LOCK_FILE = "reprise.lock";

    /**
     * Files that may be there before the layout file: those of a start that was killed early, and the key of secrets that an
     * operator restores with a backup.
     */
    private static final Set<String> EARLY_FILES = Set.of(LOCK_FILE, LAYOUT_FILE + ".tmp", "secrets.key", "lost+found");

    /**
     * The folders that this process has locked. Static, because a POSIX file lock belongs to the process and is
     * released when the process closes any channel of that file: a second attempt in this process must be refused
     * before it opens the lock file.
     */
    private static final Set<Path> HELD_BY_THIS_PROCESS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Creates the folder if it does not exist, and locks it until {@link #close()} or the end of the process.
     *
     * @throws StoreStartException the path is not a folder, not writable, contains other files, has a newer layout, or
     *     is used by another server
     */
    public static DataFolder open(Path wanted) {
        Path path = wanted.toAbsolutePath().normalize();
        try {
            path = create(path);
            refuseForeign(path);
            return lock(path);
        } catch (IOException failure) {
            throw new StoreStartException(
                    "data folder " + path + " is not writable (" + Folders.reason(failure)
                            + "): choose another folder or change its owner",
                    failure);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException ignored) {
            // Closing the channel releases the lock in either case.
        }
        HELD_BY_THIS_PROCESS.remove(path);
    }

    private static Path create(Path path) throws IOException {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new StoreStartException("data folder " + path + " is a file: choose another folder");
        }
        if (!Files.exists(path)) {
            Files.createDirectories(path.getParent());
            createUnlessThere(path);
        }
        return path.toRealPath();
    }

    private static void createUnlessThere(Path path) throws IOException {
        try {
            Files.createDirectory(path, Folders.OWNER_ONLY_FOLDER);
        } catch (FileAlreadyExistsException another) {
            // Another start created the file first; the lock decides which of the two continues.
        }
    }

    private static void refuseForeign(Path path) throws IOException {
        if (isOurs(path)) {
            return;
        }
        try (var children = Files.list(path)) {
            boolean foreign =
                    children.map(child -> child.getFileName().toString()).anyMatch(DataFolder::isForeignName);
            if (foreign && !isOurs(path)) {
                throw new StoreStartException("data folder " + path + " contains other files: choose an empty folder");
            }
        }
    }

    private static boolean isOurs(Path path) {
        return Files.exists(path.resolve(LAYOUT_FILE), LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isForeignName(String name) {
        return !name.startsWith(".") && !EARLY_FILES.contains(name);
    }

    private static DataFolder lock(Path path) throws IOException {
        if (!HELD_BY_THIS_PROCESS.add(path)) {
            throw inUse(path, "pid " + ProcessHandle.current().pid());
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(path, "pid " + read(channel));
            }
            write(channel, Long.toString(ProcessHandle.current().pid()));
            checkLayout(path);
            return new DataFolder(path, channel);
        } catch (IOException | RuntimeException failure) {
            if (channel != null) {
                channel.close();
            }
            HELD_BY_THIS_PROCESS.remove(path);
            throw failure;
        }
    }

    private static StoreStartException inUse(Path path, String holder) {
        return new StoreStartException(
                "another Reprise (" + holder + ") is using data folder " + path + ": stop it or choose another folder");
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(32);
        channel.read(bytes, 0);
        String pid = StandardCharsets.US_ASCII.decode(bytes.flip()).toString().strip();
        return pid.isEmpty() ? "unknown" : pid;
    }

    private static void write(FileChannel channel, String pid) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static void checkLayout(Path path) throws IOException {
        Path file = path.resolve(LAYOUT_FILE);
        if (!isOurs(path)) {
            Folders.replace(file, LAYOUT + "\n");
            return;
        }
        String layout = Files.readString(file).strip();
        if (!layout.equals(Integer.toString(LAYOUT))) {
            throw new StoreStartException("data folder " + path + " has layout " + layout + ", this server knows "
                    + LAYOUT + ": it was written by a newer Reprise, start that one or choose another folder");
        }
    }
}
