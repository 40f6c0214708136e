package io.reprise.tool.web;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** Converts a page to Markdown. What people cannot see is left out. */
final class PageText implements NodeVisitor {
    private static final String INVISIBLE = "script, style, noscript, template, svg, iframe, object, head, [hidden],"
            + " [aria-hidden=true], input, button, select, textarea, dialog:not([open]),"
            + " [style~=(?i)display\\s*:\\s*none], [style~=(?i)visibility\\s*:\\s*hidden]";
    private static final Set<String> BLOCKS = Set.of(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "aside",
            "nav",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "table",
            "blockquote",
            "figure",
            "figcaption",
            "form",
            "fieldset",
            "address",
            "details",
            "summary");

    private final StringBuilder out = new StringBuilder();
    private final Deque<Integer> links = new ArrayDeque<>();
    private int preformatted;

    private PageText() {}

    static String of(Document page) {
        String title = page.title().strip();
        page.select(INVISIBLE).remove();
        PageText text = new PageText();
        if (page.body() != null) page.body().traverse(text);
        String body = text.out
                .toString()
                .replaceAll("[ \\t]+\\n", "\n")
                .replaceAll("\\n{3,}", "\n\n")
                .strip();
        boolean named = title.isEmpty() || body.startsWith("# " + title);
        return named ? body : "# " + title + "\n\n" + body;
    }

    @Override
    public void head(Node node, int depth) {
        if (node instanceof TextNode text) {
            append(text.getWholeText());
            return;
        }
        if (!(node instanceof Element element)) return;
        String name = element.normalName();
        switch (name) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> {
                paragraph();
                out.append("#".repeat(name.charAt(1) - '0')).append(' ');
            }
            case "li" -> {
                line();
                out.append("- ");
            }
            case "tr" -> line();
            case "td", "th" -> {
                if (!endsWith('\n')) out.append(" | ");
            }
            case "br" -> line();
            case "hr" -> {
                paragraph();
                out.append("---");
                paragraph();
            }
            case "pre" -> {
                paragraph();
                out.append("```\n");
                preformatted++;
            }
            case "code" -> code();
            case "strong", "b" -> out.append("**");
            case "img" -> image(element);
            case "a" -> {
                links.push(out.length());
                out.append('[');
            }
            default -> {
                if (BLOCKS.contains(name)) paragraph();
            }
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (!(node instanceof Element element)) return;
        String name = element.normalName();
        switch (name) {
            case "h1", "h2", "h3", "h4", "h5", "h6" -> paragraph();
            case "pre" -> {
                preformatted--;
                line();
                out.append("```");
                paragraph();
            }
            case "code" -> code();
            case "strong", "b" -> out.append("**");
            case "a" -> link(element);
            default -> {
                if (BLOCKS.contains(name)) paragraph();
            }
        }
    }

    private void code() {
        if (preformatted == 0) out.append('`');
    }

    private void image(Element image) {
        String said = image.attr("alt").strip();
        if (!said.isEmpty()) out.append("[image: ").append(said).append(']');
    }

    /** A link without a text, or to what is no page, is only its text. */
    private void link(Element element) {
        int begin = links.pop();
        String to = element.absUrl("href");
        boolean page = to.toLowerCase(Locale.ROOT).startsWith("http");
        if (page && !out.substring(begin + 1).isBlank())
            out.append("](").append(to).append(')');
        else out.deleteCharAt(begin);
    }

    private void append(String text) {
        if (preformatted > 0) {
            out.append(text);
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isWhitespace(c)) out.append(c);
            else if (!out.isEmpty() && !endsWith(' ') && !endsWith('\n')) out.append(' ');
        }
    }

    private void line() {
        if (!out.isEmpty() && !endsWith('\n')) out.append('\n');
    }

    private void paragraph() {
        line();
        if (!out.isEmpty() && !endsTwice()) out.append('\n');
    }

    private boolean endsTwice() {
        int length = out.length();
        return length >= 2 && out.charAt(length - 1) == '\n' && out.charAt(length - 2) == '\n';
    }

    private boolean endsWith(char c) {
        return !out.isEmpty() && out.charAt(out.length() - 1) == c;
    }
}
