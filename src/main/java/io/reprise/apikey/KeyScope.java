package io.reprise.apikey;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a key allows. Each includes those before it. */
public enum KeyScope {
    /** To read what its person may read. */
    READ,
    /** To do with sessions whatever its person may do. */
    CHAT,
    /** To use the roles staff and admin of its person, too. */
    ADMIN;

    /** The name in requests, answers and the database. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this allows what {@code other} allows. */
    public boolean includes(KeyScope other) {
        return compareTo(other) >= 0;
    }

    /** The widest of these; empty if there is none or one is unknown. */
    public static Optional<KeyScope> widest(Collection<String> names) {
        KeyScope widest = null;
        for (String name : names) {
            Optional<KeyScope> one = Stream.of(values())
                    .filter(scope -> scope.wire().equals(name))
                    .findFirst();
            if (one.isEmpty()) return Optional.empty();
            if (widest == null || one.get().includes(widest)) widest = one.get();
        }
        return Optional.ofNullable(widest);
    }

    /** The names of this one and of those that it includes. */
    public List<String> all() {
        return Stream.of(values()).filter(this::includes).map(KeyScope::wire).toList();
    }
}
