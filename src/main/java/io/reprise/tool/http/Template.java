package io.reprise.tool.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for values: {@code {city}} for an argument, {@code {secret:key}} for a secret, {@code {call:id}} and
 * {@code {call:user}} for the call. {@code {{} and {@code }}} are braces. Immutable.
 */
final class Template {
    private static final Pattern NAME = Pattern.compile("([a-z]+:)?([A-Za-z_][A-Za-z0-9_-]{0,63})");

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A piece of a template. */
    sealed interface Part {
        record Literal(String text) implements Part {}

        record Argument(String name) implements Part {}

        record Secret(String name) implements Part {}

        record OfCall(Field field) implements Part {}
    }

    /** What a template may say about the call. */
    enum Field {
        ID,
        USER
    }

    /** How values become a part of the text. */
    @FunctionalInterface
    interface Escape {
        Escape NONE = text -> text;

        String of(String value);
    }

    /** @throws IllegalArgumentException with a message that follows "must be a template: " */
    static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean twice = i + 1 < text.length() && text.charAt(i + 1) == c;
            if ((c == '{' || c == '}') && twice) {
                literal.append(c);
                i++;
            } else if (c == '{') {
                int end = text.indexOf('}', i);
                if (end < 0) throw new IllegalArgumentException("a { has no }; write {{ for a brace");
                if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
                literal.setLength(0);
                parts.add(place(text.substring(i + 1, end)));
                i = end;
            } else if (c == '}') {
                throw new IllegalArgumentException("a } has no {; write }} for a brace");
            } else {
                literal.append(c);
            }
        }
        if (!literal.isEmpty()) parts.add(new Part.Literal(literal.toString()));
        return new Template(parts);
    }

    private static Part place(String text) {
        Matcher matcher = NAME.matcher(text);
        String expected = "{" + text + "} is none of {argument}, {secret:NAME}, {call:id} and {call:user}";
        if (!matcher.matches()) throw new IllegalArgumentException(expected);
        String name = matcher.group(2);
        if (matcher.group(1) == null) return new Part.Argument(name);
        return switch (text) {
            case "call:id" -> new Part.OfCall(Field.ID);
            case "call:user" -> new Part.OfCall(Field.USER);
            default -> {
                if (!matcher.group(1).equals("secret:")) throw new IllegalArgumentException(expected);
                yield new Part.Secret(name);
            }
        };
    }

    List<Part> parts() {
        return parts;
    }

    boolean isLiteral() {
        return parts.stream().allMatch(Part.Literal.class::isInstance);
    }

    /** The argument, if the template is that and nothing else. */
    Optional<String> onlyArgument() {
        return parts.size() == 1 && parts.getFirst() instanceof Part.Argument(String name)
                ? Optional.of(name)
                : Optional.empty();
    }

    /** The text with its values; an argument that was not given is empty. Literal parts are not escaped. */
    String text(Values values, Escape escape) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            if (part instanceof Part.Literal(String text)) out.append(text);
            else out.append(escape.of(values.text(part)));
        }
        return out.toString();
    }
}
