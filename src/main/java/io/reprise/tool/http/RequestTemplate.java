package io.reprise.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import io.reprise.outgoing.OutgoingCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.http.Template.Part;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a request is made from arguments. The address is fixed as far as its path; values become parts of the path, the query,
 * headers and the body, always as data: none of them can end the part that it stands in.
 *
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param origin such as {@code https://example.org:8443}
 * @param path segments, without the slashes between them
 * @param body what is sent with it
 */
record RequestTemplate(
        String method,
        String origin,
        List<Template> path,
        Map<String, Template> query,
        Map<String, Template> headers,
        Body body) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    RequestTemplate {
        path = List.copyOf(path);
        query = new LinkedHashMap<>(query);
        headers = new LinkedHashMap<>(headers);
    }

    /** The body of a request. */
    sealed interface Body {
        record None() implements Body {}

        /** Arguments that stand nowhere else, as a JSON object. */
        record Rest() implements Body {}

        /** JSON; texts in it are templates, and one that is only an argument becomes its value, whatever type it has. */
        record Shaped(Object json) implements Body {}

        /** Fields of a form. */
        record Form(Map<String, Template> fields) implements Body {}
    }

    /** The host of the address; an IPv6 address without brackets. */
    String host() {
        String host = URI.create(origin).getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The address for people and models: without the values of arguments and the query, which may hold a secret. */
    String shownUrl() {
        return origin
                + path.stream()
                        .map(segment -> "/"
                                + segment.parts().stream()
                                        .map(part -> part instanceof Part.Literal(String text) ? text : "...")
                                        .collect(Collectors.joining()))
                        .collect(Collectors.joining());
    }

    /** @throws ToolFailure if a value does not fit where it stands */
    OutgoingCall with(Values values) {
        String url = origin + pathWith(values) + queryWith(values);
        Map<String, String> plain = new LinkedHashMap<>();
        plain.put("User-Agent", "Reprise");
        plain.put("Accept", "application/json, text/*;q=0.8");
        Map<String, String> own = new LinkedHashMap<>();
        byte[] bytes = bodyWith(values, plain);
        headers.forEach((name, template) -> {
            if (isLeftOut(template, values)) return;
            String text = headerText(name, template.text(values, Template.Escape.NONE));
            // Not to another address after a redirect.
            if (template.isLiteral()) {
                plain.keySet().removeIf(name::equalsIgnoreCase);
                plain.put(name, text);
            } else {
                plain.keySet().removeIf(name::equalsIgnoreCase);
                own.put(name, text);
            }
        });
        return new OutgoingCall(method, url, plain, own, bytes, true);
    }

    private String pathWith(Values values) {
        StringBuilder out = new StringBuilder();
        for (Template segment : path) {
            if (!segment.isLiteral()) checkSegment(segment, values);
            out.append('/').append(segment.text(values, RequestTemplate::encoded));
        }
        return out.isEmpty() ? "/" : out.toString();
    }

    /** A segment that means another place for some servers, even encoded, is no value. */
    private static void checkSegment(Template segment, Values values) {
        for (Part part : segment.parts()) {
            if (part instanceof Part.Argument(String name) && values.text(part).isEmpty()) {
                throw new ToolFailure("\"" + name + "\" must not be empty.");
            }
        }
        String whole = segment.text(values, Template.Escape.NONE);
        boolean climbs =
                Stream.of(whole.split("[/\\\\]", -1)).anyMatch(piece -> piece.equals(".") || piece.equals(".."));
        if (climbs) throw new ToolFailure("An argument must not contain . or .. as a part of a path.");
    }

    private String queryWith(Values values) {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, template) ->
                texts(template, values).forEach(text -> pairs.add(encoded(name) + "=" + encoded(text))));
        return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
    }

    /** None for an argument that was not given, several for a list. */
    private static List<String> texts(Template template, Values values) {
        Optional<JsonNode> only = template.onlyArgument().map(values::argument);
        if (template.onlyArgument().isPresent() && only.isEmpty()) return List.of();
        if (only.isPresent() && only.get() instanceof ArrayNode items) {
            List<String> texts = new ArrayList<>();
            items.forEach(item -> texts.add(Values.text(item)));
            return texts;
        }
        return List.of(template.text(values, Template.Escape.NONE));
    }

    private static boolean isLeftOut(Template template, Values values) {
        return template.onlyArgument()
                .filter(name -> values.argument(name) == null)
                .isPresent();
    }

    private static String headerText(String name, String text) {
        if (!text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new ToolFailure("The value for the header " + name + " must consist of visible ASCII characters.");
        }
        return text;
    }

    private byte[] bodyWith(Values values, Map<String, String> plain) {
        return switch (body) {
            case Body.None none -> null;
            case Body.Rest rest -> json(rest(values), plain);
            case Body.Shaped shaped -> json(filled(shaped.json(), values), plain);
            case Body.Form form -> {
                plain.put("Content-Type", "application/x-www-form-urlencoded");
                List<String> pairs = new ArrayList<>();
                form.fields()
                        .forEach((name, template) -> texts(template, values)
                                .forEach(text -> pairs.add(encoded(name) + "=" + encoded(text))));
                yield String.join("&", pairs).getBytes(StandardCharsets.US_ASCII);
            }
        };
    }

    private static byte[] json(JsonNode node, Map<String, String> plain) {
        plain.put("Content-Type", "application/json");
        return Json.text(node).getBytes(StandardCharsets.UTF_8);
    }

    private ObjectNode rest(Values values) {
        List<String> used = Stream.of(path.stream(), query.values().stream(), headers.values().stream())
                .flatMap(templates -> templates)
                .flatMap(template -> template.parts().stream())
                .flatMap(part -> part instanceof Part.Argument(String name) ? Stream.of(name) : Stream.empty())
                .toList();
        return values.arguments().deepCopy().remove(used);
    }

    /** Null for a member whose argument was not given, which is left out. */
    private static JsonNode filled(Object shape, Values values) {
        return switch (shape) {
            case null -> NODES.nullNode();
            case Map<?, ?> members -> {
                ObjectNode object = NODES.objectNode();
                members.forEach((name, member) -> {
                    JsonNode value = filled(member, values);
                    if (value != null) object.set(String.valueOf(name), value);
                });
                yield object;
            }
            case List<?> items -> {
                ArrayNode array = NODES.arrayNode();
                for (Object item : items) {
                    JsonNode value = filled(item, values);
                    if (value != null) array.add(value);
                }
                yield array;
            }
            case Template template -> filled(template, values);
            default -> Json.parse(Json.text(shape), JsonNode.class);
        };
    }

    private static JsonNode filled(Template template, Values values) {
        Optional<String> only = template.onlyArgument();
        if (only.isPresent()) return values.argument(only.get());
        return NODES.textNode(template.text(values, Template.Escape.NONE));
    }

    /** Percent-encoded, except what RFC 3986 calls unreserved. */
    static String encoded(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && UNRESERVED.indexOf((char) b) >= 0) out.append((char) b);
            else out.append(String.format("%%%02X", b & 0xff));
        }
        return out.toString();
    }
}
