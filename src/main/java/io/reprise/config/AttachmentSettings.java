package io.reprise.config;

import io.reprise.config.read.Section;
import java.nio.file.Path;

/**
 * Settings of attachments.
 *
 * @param folder with {@link Store#FOLDER}; empty for one in the data folder
 */
public record AttachmentSettings(
        Store store,
        String folder,
        int imageBytesMax,
        int pdfBytesMax,
        int textBytesMax,
        int pixelsMax,
        int perMessageMax,
        int perResultMax,
        int sessionBytesMax,
        int userBytesMax,
        int chunkBytes,
        int uploadsMax,
        int uploadsPerUserMax,
        int idleMs,
        int uploadMs,
        int thumbnailEdge,
        int thumbnailThreads,
        int unsentHours,
        int contextBytesMax,
        int contextTextBytesMax) {
    /** Where the content is stored. */
    public enum Store {
        DATABASE,
        FOLDER
    }

    /** @param data the folder of the server's data */
    public Path folder(Path data) {
        return folder.isBlank() ? data.resolve("attachments") : Path.of(folder);
    }

    /** The largest of the sizes that are allowed, whatever the type. */
    public int bytesMax() {
        return Math.max(imageBytesMax, Math.max(pdfBytesMax, textBytesMax));
    }

    static AttachmentSettings read(Section section) {
        Section live = section.live();
        return new AttachmentSettings(
                section.choice("store", Store.DATABASE, Store.values()),
                section.anyText("folder", ""),
                live.integer("imageBytesMax", 5_242_880, 1_024, 33_554_432),
                live.integer("pdfBytesMax", 10_485_760, 1_024, 33_554_432),
                live.integer("textBytesMax", 1_048_576, 1_024, 33_554_432),
                live.integer("pixelsMax", 40_000_000, 10_000, 200_000_000),
                live.integer("perMessageMax", 10, 0, 20),
                live.integer("perResultMax", 10, 0, 100),
                live.integer("sessionBytesMax", 104_857_600, 1_024, 1_073_741_824),
                live.integer("userBytesMax", 1_073_741_824, 1_024, 2_147_483_647),
                live.integer("chunkBytes", 262_144, 4_096, 4_194_304),
                live.integer("uploadsMax", 16, 1, 1_000),
                live.integer("uploadsPerUserMax", 4, 1, 100),
                live.integer("idleMs", 30_000, 100, 600_000),
                live.integer("uploadMs", 600_000, 1_000, 3_000_000),
                live.integer("thumbnailEdge", 320, 32, 1_024),
                section.integer("thumbnailThreads", 1, 1, 16),
                live.integer("unsentHours", 24, 1, 720),
                live.integer("contextBytesMax", 20_971_520, 0, 104_857_600),
                live.integer("contextTextBytesMax", 262_144, 0, 4_194_304));
    }
}
