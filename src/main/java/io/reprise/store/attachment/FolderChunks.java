package io.reprise.store.attachment;

import io.reprise.attachment.Blob;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** Files in a folder, one for each blob, which only the server's user may read. */
public final class FolderChunks implements Chunks {
    private static final String OWNER_ONLY_FILE = "rw-------";
    private static final String OWNER_ONLY_FOLDER = "rwx------";

    private final FileSystem files;
    private final Path folder;

    public FolderChunks(Vertx vertx, Path folder) {
        this.files = vertx.fileSystem();
        this.folder = folder;
    }

    @Override
    public Future<Void> write(Blob blob, int number, Buffer piece) {
        OpenOptions options = new OpenOptions().setRead(false).setCreate(true).setPerms(OWNER_ONLY_FILE);
        Future<Void> made = number > 0 ? Future.succeededFuture() : files.mkdirs(folder.toString(), OWNER_ONLY_FOLDER);
        return made.compose(done -> with(blob, options, file -> file.write(piece, start(blob, number))));
    }

    @Override
    public Future<Buffer> read(Blob blob, int number) {
        int length = (int) Math.min(blob.chunkBytes(), blob.bytes() - start(blob, number));
        OpenOptions options = new OpenOptions().setWrite(false).setCreate(false);
        return with(blob, options, file -> file.read(Buffer.buffer(length), 0, start(blob, number), length));
    }

    private static long start(Blob blob, int number) {
        return (long) number * blob.chunkBytes();
    }

    private <T> Future<T> with(Blob blob, OpenOptions options, Function<AsyncFile, Future<T>> work) {
        return files.open(path(blob.id()), options)
                .compose(file -> work.apply(file).eventually(file::close));
    }

    /**
     * Deletes the files of these blobs; those that do not exist are no error. Fails if there are such that sessions had,
     * and no folder: then it is somewhere else, such as on a disk that is not mounted.
     */
    Future<Void> delete(List<Blob> blobs) {
        Future<Void> there =
                blobs.stream().anyMatch(blob -> blob.bytes() > 0) ? checkFolder() : Future.succeededFuture();
        return there.compose(
                        checked -> Future.all(blobs.stream().map(this::delete).toList()))
                .mapEmpty();
    }

    private Future<Void> checkFolder() {
        return files.exists(folder.toString())
                .compose(exists -> exists
                        ? Future.succeededFuture()
                        : Future.failedFuture("the folder of attachments does not exist: " + folder));
    }

    /** Another deletion may be faster. */
    private Future<Void> delete(Blob blob) {
        String path = path(blob.id());
        return files.delete(path)
                .recover(cause -> files.exists(path)
                        .compose(exists -> exists ? Future.failedFuture(cause) : Future.succeededFuture()));
    }

    /** Ids are made by the server and contain no separators. */
    private String path(String blob) {
        return folder.resolve(blob).toString();
    }
}
