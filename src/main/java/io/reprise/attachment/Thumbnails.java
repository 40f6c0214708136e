package io.reprise.attachment;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes small PNG images of images. Decodes on the caller's thread, which must not be an event loop. */
public final class Thumbnails {
    private static final Logger log = LoggerFactory.getLogger(Thumbnails.class);

    /** Decoded pixels per pixel of the thumbnail and direction: more would not be seen. */
    private static final int SAMPLES = 2;

    static {
        // There is no screen, and a cache on the disk would only be slower.
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
    }

    private Thumbnails() {}

    /**
     * The image within a square of {@code edge} pixels, turned upright. Empty if the JDK cannot decode it, which then is
     * no fault of the image: there is no decoder for WebP, for example.
     *
     * @param pixelsMax images that turn out to have more are not decoded
     */
    public static Optional<byte[]> of(byte[] file, ImageHead head, int edge, int pixelsMax) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) return Optional.empty();
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > pixelsMax) return Optional.empty();
                return Optional.of(png(upright(scaled(decoded(reader, edge), edge), head.orientation())));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // The decoders throw anything at files that are not as they expect.
            log.atDebug().addKeyValue("cause", e.toString()).log("an image could not be decoded; no thumbnail");
            return Optional.empty();
        }
    }

    /** Decodes only every so many-th pixel of a large image, which bounds the memory. */
    private static BufferedImage decoded(ImageReader reader, int edge) throws IOException {
        int longer = Math.max(reader.getWidth(0), reader.getHeight(0));
        int step = Math.max(1, longer / (edge * SAMPLES));
        ImageReadParam sparse = reader.getDefaultReadParam();
        sparse.setSourceSubsampling(step, step, 0, 0);
        return reader.read(0, sparse);
    }

    private static BufferedImage scaled(BufferedImage image, int edge) {
        double scale = Math.min(1, (double) edge / Math.max(image.getWidth(), image.getHeight()));
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return small;
    }

    private static BufferedImage upright(BufferedImage image, int orientation) {
        if (orientation == 1) return image;
        int w = image.getWidth();
        int h = image.getHeight();
        AffineTransform turn = switch (orientation) {
            case 2 -> new AffineTransform(-1, 0, 0, 1, w, 0);
            case 3 -> new AffineTransform(-1, 0, 0, -1, w, h);
            case 4 -> new AffineTransform(1, 0, 0, -1, 0, h);
            case 5 -> new AffineTransform(0, 1, 1, 0, 0, 0);
            case 6 -> new AffineTransform(0, 1, -1, 0, h, 0);
            case 7 -> new AffineTransform(0, -1, -1, 0, h, w);
            default -> new AffineTransform(0, -1, 1, 0, 0, w);
        };
        boolean onItsSide = orientation >= 5;
        BufferedImage turned = new BufferedImage(onItsSide ? h : w, onItsSide ? w : h, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = turned.createGraphics();
        graphics.drawImage(image, turn, null);
        graphics.dispose();
        return turned;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }
}
