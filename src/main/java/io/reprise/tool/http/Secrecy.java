package io.reprise.tool.http;

import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Takes the secrets of a call out of what came back, because a service may repeat them. */
final class Secrecy {
    private static final String MASK = "[secret]";

    private final List<String> forms;

    Secrecy(Collection<String> secrets) {
        List<String> all = new ArrayList<>();
        for (String secret : secrets) {
            String json = Json.text(secret);
            all.addAll(List.of(secret, json.substring(1, json.length() - 1), RequestTemplate.encoded(secret)));
        }
        this.forms = all.stream()
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    String masked(String text) {
        String masked = text;
        for (String form : forms) masked = masked.replace(form, MASK);
        return masked;
    }
}
