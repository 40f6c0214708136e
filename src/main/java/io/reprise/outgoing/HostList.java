package io.reprise.outgoing;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Hosts that may be called; immutable. */
public final class HostList {
    private static final String ALL = "*";

    private final Set<String> names;
    private final List<String> domains;
    private final boolean all;

    private HostList(Set<String> names) {
        this.names = names;
        this.all = names.contains(ALL);
        this.domains = names.stream()
                .filter(name -> name.startsWith("*."))
                .map(name -> name.substring(1))
                .toList();
    }

    /** @param texts hosts, {@code *.domain} for all below a domain, or {@code *} for all */
    public static HostList of(List<String> texts) {
        Set<String> names = new HashSet<>();
        for (String text : texts) names.add(text.toLowerCase(Locale.ROOT));
        return new HostList(names);
    }

    /** @param host in lower case */
    boolean allows(String host) {
        return all || names(host);
    }

    /** Whether the host, or a domain above it, is named. */
    boolean names(String host) {
        return names.contains(host) || domains.stream().anyMatch(host::endsWith);
    }
}
