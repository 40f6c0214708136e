package io.reprise.catalog;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.PromptDefinition;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What uses entries: others that name them, and whatever names none, if they are the default. */
final class CatalogUses {
    private CatalogUses() {}

    /**
     * Why entries cannot be deleted together; empty if nothing else uses them.
     *
     * @param catalog with the entries of the database as they are in this change
     * @param current with the versions of prompts
     */
    static Optional<Failure> refusal(List<EntryKey> keys, Catalog catalog, Catalog current) {
        Set<EntryKey> going = new HashSet<>(keys);
        List<String> words = new ArrayList<>();
        for (EntryKey key : keys) {
            asDefault(key, catalog, current).ifPresent(use -> words.add(key + ": " + use));
            List<EntryKey> users = catalog.usersOf(key).stream()
                    .filter(user -> !going.contains(user))
                    .toList();
            if (users.isEmpty()) continue;
            words.add(key + ": in use by "
                    + users.stream().map(EntryKey::toString).collect(Collectors.joining(", ")) + ".");
        }
        return words.isEmpty()
                ? Optional.empty()
                : Optional.of(Failure.of(ErrorCode.CONFLICT, String.join("\n", words)));
    }

    private static Optional<String> asDefault(EntryKey key, Catalog catalog, Catalog current) {
        boolean hasName = key.name().equals(AgentDefinition.DEFAULT);
        return switch (key.kind()) {
            case MODEL ->
                Optional.of("is the default model. Make another one the default first, or save this one without "
                                + "`default`, which makes that of the settings the default.")
                        .filter(words -> key.name().equals(catalog.standardModel()));
            case AGENT ->
                Optional.of("is the default agent, which answers in chats that name none. Change it, or switch it off "
                                + "first; then the one that the server brings along takes its place.")
                        .filter(words -> hasName && catalog.agent(key.name()).isPresent());
            case PROMPT ->
                Optional.of("is the default prompt. Change it, or deprecate its approved versions first; then the one "
                                + "of the settings takes its place.")
                        .filter(words -> hasName && isApproved(key, catalog, current));
            case PROVIDER, MIDDLEWARE, MCP_SERVER -> Optional.empty();
        };
    }

    /** Whether runs use a version of it. */
    private static boolean isApproved(EntryKey prompt, Catalog catalog, Catalog current) {
        boolean isNewest = catalog.find(prompt)
                .flatMap(Listed::definition)
                .filter(its -> ((PromptDefinition) its).status() == Status.APPROVED)
                .isPresent();
        return isNewest
                || current.prompt(prompt.name())
                        .flatMap(its -> its.newest(Status.APPROVED))
                        .isPresent();
    }
}
