package io.reprise.catalog;

import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Port: entries of the catalogue with all their versions. A failed future means that the store is unavailable. */
public interface CatalogStore {
    /**
     * What is stored.
     *
     * @param number of the last change; each change has a greater one
     */
    record Stored(long number, List<Entry> entries) {
        public Stored {
            entries = List.copyOf(entries);
        }
    }

    /** What is to be done with the stored entries. */
    sealed interface Decision {
        /** Nothing. */
        record Refused(Failure failure) implements Decision {}

        /**
         * Entries that are put in place of those with the same key, with the next version, and entries that go.
         *
         * @param action for the audit log: {@code created}, {@code changed}, {@code restored}, {@code deleted}
         * @param along entries that {@code changed} because of the others, and are put like those
         */
        record Write(String action, List<Entry> put, List<Entry> along, List<EntryKey> removed) implements Decision {
            public Write {
                put = List.copyOf(put);
                along = List.copyOf(along);
                removed = List.copyOf(removed);
            }

            public boolean isNothing() {
                return put.isEmpty() && along.isEmpty() && removed.isEmpty();
            }

            /** All entries that get another version, with the action of each. */
            public List<Put> all() {
                return Stream.concat(
                                along.stream().map(entry -> new Put(entry, "changed")),
                                put.stream().map(entry -> new Put(entry, action)))
                        .toList();
            }

            /** An entry and what is done to it. */
            public record Put(Entry entry, String action) {}
        }
    }

    /**
     * A version of an entry, also of one that was deleted.
     *
     * @param action how it came about
     * @param status of a prompt; null for other entries
     * @param by who made it; null for files and settings
     */
    record Version(
            long number, Origin origin, String action, Status status, Map<String, Object> body, String by, long atMs) {}

    Future<Stored> load();

    /**
     * Changes entries. Changes of all nodes happen one after the other, with an entry in the audit log for each entry of
     * the database.
     *
     * @param user null for a change of the server itself, which is not recorded in the audit log
     * @param deciding called with the stored entries
     * @return the failure, or empty
     */
    Future<Optional<Failure>> change(String user, Function<Stored, Decision> deciding);

    /** The newest versions of an entry below {@code before}, the newest first. */
    Future<List<Version>> versions(EntryKey key, long before, int limit);

    Future<Optional<Version>> version(EntryKey key, long number);

    /**
     * Changes the status of a version of a prompt in the database. It happens before or after other changes, not at the same time.
     *
     * @param refusal called with the stored entries
     * @return the failure, {@code not_found} if there is no such version, or empty
     */
    Future<Optional<Failure>> setStatus(
            String user, EntryKey prompt, long number, Status status, Function<Stored, Optional<Failure>> refusal);

    /**
     * The versions of prompts that may be used: of each the newest approved one and the newest one that is tested.
     *
     * @param named versions that agents name, too
     */
    Future<List<PromptVersions>> prompts(Collection<NamedVersion> named);

    /** A version of a prompt that an agent names. */
    record NamedVersion(EntryKey key, long number) {}
}
