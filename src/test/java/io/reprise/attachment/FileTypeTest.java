package io.reprise.attachment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileTypeTest {
    private static final int PIXELS_MAX = 40_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif"})
    void an_image_is_known_by_its_content_and_its_size_is_read(String format) {
        byte[] file = image(format, 30, 20);

        FileType type = FileType.of(file);

        assertThat(type.mediaType()).isEqualTo("image/" + format);
        assertThat(ImageHead.of(type, file)).contains(new ImageHead(30, 20, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
                "<!doctype html><script>alert(1)</script>",
                "BM as a bitmap begins",
                "GIF88a",
                " %PDF-1.7 not at the beginning",
                "RIFF0000WAVE"
            })
    void what_is_no_known_format_is_text_and_never_an_image(String content) {
        assertThat(FileType.of(content.getBytes(UTF_8))).isEqualTo(FileType.TEXT);
    }

    /** A file that is two things at once is what its first bytes say, and is sent as that. */
    @Test
    void a_polyglot_is_what_it_begins_with() {
        assertThat(FileType.of("GIF89a/*<script>*/=1;alert(1)".getBytes(UTF_8))).isEqualTo(FileType.GIF);
        assertThat(ImageHead.of(FileType.GIF, "GIF89a/*<script>*/=1;alert(1)".getBytes(UTF_8)))
                .isEmpty();
        assertThat(FileType.of("%PDF-1.4\n<html>".getBytes(UTF_8))).isEqualTo(FileType.PDF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif"})
    void a_truncated_image_is_no_image(String format) {
        byte[] file = image(format, 300, 200);
        FileType type = FileType.of(file);

        for (int length : new int[] {13, 20, file.length / 2, file.length - 1}) {
            assertThat(ImageHead.of(type, Arrays.copyOf(file, length)))
                    .as("%s of %d bytes", format, length)
                    .isEmpty();
        }
    }

    @Test
    void no_bytes_make_the_reader_of_heads_fail_or_hang() {
        Random random = new Random(7);
        for (FileType type : new FileType[] {FileType.PNG, FileType.JPEG, FileType.GIF, FileType.WEBP}) {
            for (int i = 0; i < 2_000; i++) {
                byte[] file = type == FileType.WEBP ? webp() : image(name(type), 30, 20);
                for (int k = 0; k < 3; k++) file[random.nextInt(file.length)] = (byte) random.nextInt(256);
                ImageHead.of(type, file)
                        .ifPresent(head -> assertThat(head.pixels()).isPositive());
            }
        }
    }

    private static String name(FileType type) {
        return type.mediaType().substring("image/".length());
    }

    /** Symptom that is prevented: 43 bytes that a decoder would make 16 GB of. */
    @Test
    void a_tiny_file_with_huge_pixels_is_seen_before_it_is_decoded() {
        byte[] png = image("png", 1, 1);
        ByteBuffer.wrap(png).putInt(16, 65_000).putInt(20, 65_000);
        assertThat(ImageHead.of(FileType.PNG, png).orElseThrow().pixels()).isEqualTo(65_000L * 65_000);

        byte[] gif = image("gif", 1, 1);
        // The frame, not the screen, is what the decoder allocates.
        int frame = new String(gif, ISO_8859_1).indexOf(',', 13 + 6);
        ByteBuffer.wrap(gif).putInt(frame + 5, 0xffffffff);
        assertThat(ImageHead.of(FileType.GIF, gif).orElseThrow().pixels()).isEqualTo(65_535L * 65_535);
        assertThat(Thumbnails.of(gif, new ImageHead(1, 1, 1), 64, PIXELS_MAX)).isEmpty();
    }

    @Test
    void a_thumbnail_is_small_and_upright() throws IOException {
        BufferedImage image = new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 100, 200);
        graphics.dispose();
        byte[] file = written("png", image);

        BufferedImage upright = read(
                Thumbnails.of(file, new ImageHead(400, 200, 1), 64, PIXELS_MAX).orElseThrow());
        // 6: the left side of what is stored is the top of what is shown.
        BufferedImage turned = read(
                Thumbnails.of(file, new ImageHead(400, 200, 6), 64, PIXELS_MAX).orElseThrow());

        assertThat(upright.getWidth()).isEqualTo(64);
        assertThat(upright.getHeight()).isEqualTo(32);
        assertThat(new Color(upright.getRGB(3, 16))).isEqualTo(Color.RED);
        assertThat(turned.getWidth()).isEqualTo(32);
        assertThat(turned.getHeight()).isEqualTo(64);
        assertThat(new Color(turned.getRGB(16, 3))).isEqualTo(Color.RED);
        assertThat(new Color(turned.getRGB(16, 60))).isEqualTo(Color.BLACK);
    }

    @Test
    void the_orientation_of_a_photo_is_read() {
        byte[] file = image("jpeg", 30, 20);
        // A segment of 34 bytes: Exif, big endian, one entry, orientation, short, once, 6.
        byte[] exif = HexFormat.of()
                .parseHex("ffe10022" + "457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000"
                        + "00000000");
        ByteBuffer photo = ByteBuffer.allocate(file.length + exif.length);
        photo.put(file, 0, 2).put(exif).put(file, 2, file.length - 2);

        ImageHead head = ImageHead.of(FileType.JPEG, photo.array()).orElseThrow();

        assertThat(head).isEqualTo(new ImageHead(30, 20, 6));
        assertThat(head.shownWidth()).isEqualTo(20);
    }

    @Test
    void webp_has_a_size_and_no_thumbnail() {
        assertThat(FileType.of(webp())).isEqualTo(FileType.WEBP);
        ImageHead head = ImageHead.of(FileType.WEBP, webp()).orElseThrow();
        assertThat(head).isEqualTo(new ImageHead(30, 20, 1));
        assertThat(Thumbnails.of(webp(), head, 64, PIXELS_MAX)).isEmpty();
    }

    /** The header of a lossless image of 30 x 20. */
    private static byte[] webp() {
        return ByteBuffer.allocate(26)
                .put("RIFF".getBytes(UTF_8))
                .put(new byte[] {18, 0, 0, 0})
                .put("WEBPVP8L".getBytes(UTF_8))
                .put(new byte[] {5, 0, 0, 0, 0x2f, 29, (byte) (19 << 6), 19 >> 2, 0, 0})
                .array();
    }

    @Test
    void text_is_checked_across_pieces() {
        byte[] text = "Grüße, 你好 🙂\r\n\tend".getBytes(UTF_8);
        for (int cut = 0; cut <= text.length; cut++) {
            TextCheck check = new TextCheck();
            assertThat(check.accepts(Arrays.copyOf(text, cut))).isTrue();
            assertThat(check.accepts(Arrays.copyOfRange(text, cut, text.length)))
                    .isTrue();
            assertThat(check.isComplete()).isTrue();
        }
    }

    @Test
    void what_is_no_utf8_or_has_control_characters_is_no_text() {
        assertThat(new TextCheck().accepts(new byte[] {'a', 0, 'b'})).isFalse();
        assertThat(new TextCheck().accepts("Grüße".getBytes(ISO_8859_1))).isFalse();
        assertThat(new TextCheck().accepts(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}))
                .isFalse();
        TextCheck cut = new TextCheck();
        assertThat(cut.accepts(new byte[] {'a', (byte) 0xe4, (byte) 0xbd})).isTrue();
        assertThat(cut.isComplete()).isFalse();
    }

    @Test
    void a_name_has_no_folders_and_nothing_that_cannot_be_seen() {
        assertThat(Attachment.cleanName("../../etc/pass\u0000wd")).isEqualTo("passwd");
        assertThat(Attachment.cleanName("C:\\temp\\a\u202egnp.exe")).isEqualTo("agnp.exe");
        assertThat(Attachment.cleanName("/")).isEmpty();
        assertThat(Attachment.cleanName("x".repeat(300))).hasSize(Attachment.NAME_CHARS_MAX);
    }

    private static byte[] image(String format, int width, int height) {
        return written(format, new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
    }

    private static byte[] written(String format, BufferedImage image) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static BufferedImage read(byte[] file) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(file));
    }
}
