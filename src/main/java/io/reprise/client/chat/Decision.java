package io.reprise.client.chat;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a person typed about a call that waits, as fields of {@code answer}. */
final class Decision {
    private Decision() {}

    static String question(JsonObject interrupt) {
        JsonObject about = interrupt.getJsonObject("metadata");
        return "[" + Screen.line(interrupt.getString("message")) + "] " + about.getString("tool") + " "
                + Screen.line(about.getString("arguments", "")) + "\n" + help(interrupt) + " ";
    }

    private static String help(JsonObject interrupt) {
        StringBuilder all = new StringBuilder();
        for (String name : allowed(interrupt)) {
            all.append(all.isEmpty() ? "" : ", ").append(name);
            all.append(
                    switch (name) {
                        case "edit" -> " {arguments}";
                        case "accept" -> " {content}";
                        case "reject" -> " [reason]";
                        case "respond" -> " TEXT";
                        default -> "";
                    });
        }
        return all + "?";
    }

    /** @throws IllegalArgumentException with a text for people */
    static JsonObject read(JsonObject interrupt, String line) {
        String[] words = line.strip().split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        List<String> fitting = allowed(interrupt).stream()
                .filter(name -> !words[0].isEmpty() && name.startsWith(words[0]))
                .toList();
        if (fitting.isEmpty()) throw new IllegalArgumentException("no such decision: " + words[0]);
        if (fitting.size() > 1) {
            throw new IllegalArgumentException(words[0] + " can be " + String.join(" or ", fitting));
        }
        String decision = fitting.getFirst();
        JsonObject answer =
                new JsonObject().put("interrupt", interrupt.getString("id")).put("decision", decision);
        switch (decision) {
            case "edit" -> answer.put("arguments", object(rest));
            case "accept" -> {
                if (!rest.isEmpty()) answer.put("content", object(rest));
            }
            case "respond" -> {
                if (rest.isEmpty()) throw new IllegalArgumentException("respond needs the result as a text");
                answer.put("text", rest);
            }
            case "reject" -> {
                if (!rest.isEmpty()) answer.put("text", rest);
            }
            default -> {} // nothing more to say
        }
        return answer;
    }

    private static List<String> allowed(JsonObject interrupt) {
        JsonArray decisions = interrupt.getJsonObject("metadata").getJsonArray("decisions", new JsonArray());
        return decisions.stream().map(Object::toString).toList();
    }

    private static JsonObject object(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            throw new IllegalArgumentException("expected a JSON object such as {\"name\": \"value\"}", e);
        }
    }
}
