package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class BinariesIT {
    @TempDir
    Path temp;

    @Test
    void files_executable_bits_and_links_are_unpacked() throws IOException {
        unpack(file("bin/tool", "text", 0755), file("share/plain", "text", 0644), link("lib/short", "long.1"));

        assertThat(temp.resolve("out/bin/tool")).hasContent("text").isExecutable();
        assertThat(Files.getPosixFilePermissions(temp.resolve("out/share/plain")))
                .noneMatch(permission -> permission.name().endsWith("EXECUTE"));
        assertThat(Files.readSymbolicLink(temp.resolve("out/lib/short"))).isEqualTo(Path.of("long.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "bin/../../evil", "/evil"})
    void an_entry_outside_the_folder_is_refused(String name) {
        assertThatThrownBy(() -> unpack(file(name, "text", 0644))).isInstanceOf(IOException.class);

        assertThat(temp.resolve("evil")).doesNotExist();
        assertThat(Path.of("/evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../evil", "/etc"})
    void a_link_to_another_folder_is_refused(String target) {
        assertThatThrownBy(() -> unpack(link("lib/link", target)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link leaves its folder");
    }

    @Test
    void programs_that_lost_a_file_are_unpacked_again_and_complete_ones_are_not() throws IOException {
        Path home = BinariesArchive.ofThisMachine().unpackUnder(temp);
        Path lost = home.resolve("bin/postgres");
        Object firstKey = Files.getAttribute(home.resolve("bin/initdb"), "unix:ino");
        assertThat(BinariesArchive.ofThisMachine().unpackUnder(temp)).isEqualTo(home);
        assertThat(Files.getAttribute(home.resolve("bin/initdb"), "unix:ino")).isEqualTo(firstKey);
        Files.delete(lost);

        BinariesArchive.ofThisMachine().unpackUnder(temp);

        assertThat(lost).isExecutable();
    }

    @Test
    void an_unfinished_folder_is_never_taken_for_the_programs() throws IOException {
        Path unfinished = Files.createDirectories(temp.resolve("binaries-00000000/bin"));
        Files.createFile(unfinished.resolve("postgres"));

        assertThat(BinariesArchive.isComplete(unfinished.getParent())).isFalse();
    }

    private record Entry(TarArchiveEntry header, byte[] content) {}

    private static Entry file(String name, String text, int mode) {
        TarArchiveEntry header = new TarArchiveEntry(name, true);
        header.setMode(mode);
        header.setSize(text.length());
        return new Entry(header, text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static Entry link(String name, String target) {
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        header.setLinkName(target);
        return new Entry(header, new byte[0]);
    }

    private void unpack(Entry... entries) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new XZOutputStream(packed, new LZMA2Options(0)))) {
            for (Entry entry : entries) {
                tar.putArchiveEntry(entry.header());
                tar.write(entry.content());
                tar.closeArchiveEntry();
            }
        }
        Path target = Files.createDirectories(temp.resolve("out"));
        TarXz.unpack(new ByteArrayInputStream(packed.toByteArray()), target);
    }
}
