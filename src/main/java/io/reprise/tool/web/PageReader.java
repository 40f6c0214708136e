package io.reprise.tool.web;

import io.reprise.outgoing.OutgoingResult.Page;
import io.reprise.support.Texts;
import io.reprise.tool.ToolFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;

/** Reads what an address has answered as text, by its type of content. */
public final class PageReader {
    private static final Set<String> HTML = Set.of("text/html", "application/xhtml+xml");
    private static final Set<String> TEXTS = Set.of(
            "application/json",
            "application/xml",
            "application/javascript",
            "application/yaml",
            "application/x-yaml",
            "application/toml");
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._:-]{1,40})", Pattern.CASE_INSENSITIVE);

    private PageReader() {}

    /** @throws ToolFailure if it is not a text */
    public static String text(Page page) {
        String type = page.contentType() == null ? "text/plain" : page.contentType();
        String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        byte[] bytes = page.body().getBytes();
        if (HTML.contains(media)) return html(bytes, type, page.url());
        boolean text =
                media.startsWith("text/") || TEXTS.contains(media) || media.endsWith("+json") || media.endsWith("+xml");
        if (!text) throw new ToolFailure("The address has answered with " + safe(media) + ", which is not text.");
        return Texts.wellFormed(new String(bytes, charset(type, StandardCharsets.UTF_8)));
    }

    private static String html(byte[] bytes, String type, String url) {
        Charset given = charset(type, null);
        try {
            String charset = given == null ? null : given.name();
            return Texts.wellFormed(PageText.of(Jsoup.parse(new ByteArrayInputStream(bytes), charset, url)));
        } catch (IOException e) {
            throw new ToolFailure("The page is not HTML that can be read.", e);
        }
    }

    private static Charset charset(String type, Charset usual) {
        Matcher named = CHARSET.matcher(type);
        if (!named.find()) return usual;
        try {
            return Charset.forName(named.group(1));
        } catch (IllegalArgumentException e) {
            return usual;
        }
    }

    /** A type comes from outside, too. */
    private static String safe(String media) {
        return media.matches("[a-z0-9.+/-]{1,80}") ? media : "something unknown";
    }
}
