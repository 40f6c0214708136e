package io.reprise.hook;

import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the text of a message from the body of a call. <code>{{body}}</code> is the whole body, <code>{{issue.title}}</code> or
 * <code>{{body.issue.title}}</code> a value inside it, <code>{{commits.0.id}}</code> one of a list, <code>{{hook}}</code> the name
 * of the hook. A value that is not there is empty; one that is no text is written as JSON. Pure.
 */
public final class HookTemplate {
    /** The template of hooks that have none. */
    public static final String STANDARD = "Event from the hook “{{hook}}”:\n\n{{body}}";

    /** Longest template, in UTF-16 units. */
    public static final int CHARS_MAX = 4_096;

    private static final int PLACES_MAX = 100;
    private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Pattern PATH = Pattern.compile("[^\\s{}.][^\\s{}.]*(\\.[^\\s{}.]+)*");
    private static final String BODY = "body";
    private static final String HOOK = "hook";

    private HookTemplate() {}

    /** Why it cannot be used: a sentence for people. */
    public static Optional<String> fault(String template) {
        if (template.isBlank()) return Optional.of("The template is empty.");
        if (template.length() > CHARS_MAX) {
            return Optional.of("The template must not exceed " + CHARS_MAX + " characters.");
        }
        Matcher places = PLACE.matcher(template);
        int count = 0;
        while (places.find()) {
            count++;
            String path = places.group(1).strip();
            if (!PATH.matcher(path).matches()) {
                return Optional.of("The template has {{" + path + "}}, which is no path such as {{issue.title}}.");
            }
        }
        if (count > PLACES_MAX) return Optional.of("The template has more than " + PLACES_MAX + " places.");
        String rest = PLACE.matcher(template).replaceAll("");
        return rest.contains("{{") || rest.contains("}}")
                ? Optional.of("The template has {{ or }} without the other.")
                : Optional.empty();
    }

    /**
     * The text of a message.
     *
     * @param hook its name
     * @param body of the call; not necessarily JSON
     */
    public static String filled(String template, String hook, String body) {
        Object parsed = parsed(body);
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(
                        value(List.of(place.group(1).strip().split("\\.")), hook, body, parsed)));
    }

    private static Object parsed(String body) {
        try {
            return Json.parse(body, Object.class);
        } catch (IllegalArgumentException noJson) {
            return null;
        }
    }

    private static String value(List<String> path, String hook, String body, Object parsed) {
        if (path.equals(List.of(BODY))) return body;
        if (path.equals(List.of(HOOK))) return hook;
        List<String> inside = path.getFirst().equals(BODY) ? path.subList(1, path.size()) : path;
        return written(at(parsed, new ArrayList<>(inside)));
    }

    private static Object at(Object value, List<String> path) {
        Object found = value;
        for (String name : path) {
            found = switch (found) {
                case Map<?, ?> object -> object.get(name);
                case List<?> list
                when name.matches("[0-9]{1,6}") && Integer.parseInt(name) < list.size() ->
                    list.get(Integer.parseInt(name));
                case null, default -> null;
            };
        }
        return found;
    }

    private static String written(Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            default -> Json.text(value);
        };
    }
}
