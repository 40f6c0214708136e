package io.reprise.gateway.openai;

import io.reprise.attachment.FileType;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The content of a message: a text, or parts of the types {@code text} and, of users, {@code image_url}. An image comes in the
 * request itself, as a {@code data:} URL; addresses are never fetched.
 *
 * @param images as files, of a type that attachments can have
 */
record ChatContent(String text, List<byte[]> images) {
    private static final ChatContent NOTHING = new ChatContent("", List.of());
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64,";

    private static final String WRONG =
            "`content` must be a text, or parts of the type `text`, and of a user `image_url`; other parts are not supported.";
    private static final String ADDRESS =
            "`image_url` must be a data: URL; this server fetches no images from other addresses.";
    private static final String ENCODING = "`image_url` must be data:image/TYPE;base64, and the image in Base64.";
    private static final String TYPE = "`image_url` must be an image of the type PNG, JPEG, GIF or WebP.";

    /** @param fault null if nothing is wrong */
    record Read(ChatContent content, String fault) {
        static Read wrong(String why) {
            return new Read(NOTHING, why);
        }
    }

    static Read of(Object content) {
        return read(content, true);
    }

    /** Without images. */
    static Read ofText(Object content) {
        return read(content, false);
    }

    private static Read read(Object content, boolean mayHaveImages) {
        StringBuilder text = new StringBuilder();
        List<byte[]> images = new ArrayList<>();
        if (content instanceof String whole) {
            text.append(whole);
        } else if (content instanceof JsonArray parts) {
            for (Object one : parts) {
                String fault = one instanceof JsonObject part ? add(part, mayHaveImages, text, images) : WRONG;
                if (fault != null) return Read.wrong(fault);
            }
        } else {
            return Read.wrong(WRONG);
        }
        if (!Texts.isWellFormed(text.toString())) return Read.wrong(WRONG);
        return new Read(new ChatContent(text.toString(), images), null);
    }

    /** What is wrong with the part, or null. */
    private static String add(JsonObject part, boolean mayBeImage, StringBuilder text, List<byte[]> images) {
        if ("text".equals(part.getValue("type")) && part.getValue("text") instanceof String its) {
            text.append(its);
            return null;
        }
        if (!mayBeImage || !"image_url".equals(part.getValue("type"))) return WRONG;
        Object url = part.getValue("image_url") instanceof JsonObject object ? object.getValue("url") : null;
        if (!(url instanceof String address) || !address.startsWith(DATA)) return ADDRESS;
        int from = address.indexOf(BASE64);
        if (from < 0) return ENCODING;
        try {
            byte[] image = Base64.getDecoder().decode(address.substring(from + BASE64.length()));
            if (!FileType.of(image).isImage()) return TYPE;
            images.add(image);
            return null;
        } catch (IllegalArgumentException e) {
            return ENCODING;
        }
    }

    /** As a text, in which images are only mentioned. */
    String shown() {
        String note = images.size() == 1 ? "[image]" : "[" + images.size() + " images]";
        return images.isEmpty() ? text : text.isEmpty() ? note : text + "\n\n" + note;
    }
}
