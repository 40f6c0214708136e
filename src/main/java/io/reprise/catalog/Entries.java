package io.reprise.catalog;

import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.YamlFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which entries are used where several have one key. */
public final class Entries {
    private Entries() {}

    /**
     * Entries of the database behind those with the same key from files and settings, but in front of those that the server brings
     * along.
     *
     * @param stored entries of the database, and copies of the others, which give those their versions
     */
    public static List<Entry> merged(List<Entry> fixed, List<Entry> stored) {
        Map<EntryKey, Entry> mirrored = new HashMap<>();
        Map<EntryKey, Entry> all = new HashMap<>();
        for (Entry entry : stored) (entry.origin() == Origin.DATABASE ? all : mirrored).put(entry.key(), entry);
        for (Entry entry : fixed) {
            if (entry.isReplaceable() && all.containsKey(entry.key())) continue;
            all.put(entry.key(), numbered(entry, mirrored.get(entry.key())));
        }
        return List.copyOf(all.values());
    }

    /**
     * Entries of files and settings that have the name of another one: one of both would be hidden.
     *
     * @param files of entries that are in files, for problems
     */
    public static List<SettingsProblem> repeated(List<Entry> fixed, Map<EntryKey, YamlFile> files) {
        Map<EntryKey, Entry> first = new HashMap<>();
        List<SettingsProblem> problems = new ArrayList<>();
        for (Entry entry : fixed) {
            Entry other = first.putIfAbsent(entry.key(), entry);
            if (other == null) continue;
            problems.add(new SettingsProblem(
                    entry.key().toString(),
                    "",
                    fault(other),
                    files.containsKey(entry.key())
                            ? files.get(entry.key()).name()
                            : entry.origin().word()));
        }
        return problems;
    }

    private static String fault(Entry other) {
        return other.origin() == Origin.SETTINGS
                ? "the settings below model are an entry with this name; choose another name"
                : "there is another entry with this name";
    }

    /** An entry of a file with the version of its copy in the database, also of the copy that is about to be written. */
    private static Entry numbered(Entry entry, Entry copy) {
        if (copy == null) return entry;
        boolean isCopied = isCopied(entry, copy);
        long version = isCopied ? copy.version() : copy.version() + 1;
        return new Entry(entry.key(), entry.origin(), version, entry.body(), null, isCopied ? copy.atMs() : 0);
    }

    static boolean isCopied(Entry entry, Entry copy) {
        return copy.body().equals(entry.body()) && copy.origin() == entry.origin();
    }
}
