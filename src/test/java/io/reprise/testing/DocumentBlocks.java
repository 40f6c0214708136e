package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs in the documents. */
public final class DocumentBlocks {
    /** The address of the server in the documents. */
    public static final String SHOWN = "127.0.0.1:8080";

    private DocumentBlocks() {}

    /**
     * The first block of this kind behind a heading, for the server at the port.
     *
     * @param file among the documents
     * @param heading the whole line
     */
    public static String of(String file, String heading, String kind, int port) {
        Pattern pattern =
                Pattern.compile("(?ms)^" + Pattern.quote(heading) + "\n.*?^```" + Pattern.quote(kind) + "\n(.*?)^```$");
        Matcher block = pattern.matcher(read(Path.of("webroot", "docs", file)));
        assertThat(block.find()).as(heading).isTrue();
        assertThat(block.group(1)).contains(SHOWN);
        return block.group(1).replace(SHOWN, "127.0.0.1:" + port);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
