package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionEntriesTest {
    private final SessionEntries entries = new SessionEntries();

    @Test
    void the_entries_of_a_shard_are_those_of_all_its_gateways() {
        Random random = Seed.random("entries by shard");
        List<SessionEntry> ever = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    int number = random.nextInt(50);
                    ever.add(new SessionEntry("s_" + number, number % 4));
                    entries.put(ever.getLast());
                }
                case 2, 3 -> {
                    if (!ever.isEmpty()) entries.remove(ever.get(random.nextInt(ever.size())));
                }
                default -> {
                    int unwanted = random.nextInt(10);
                    entries.removeIf(entry -> entry.id.endsWith("" + unwanted));
                }
            }
            int shard = random.nextInt(4);
            assertThat(entries.ofShard(shard))
                    .containsExactlyInAnyOrderElementsOf(entries.all().stream()
                            .filter(entry -> entry.shard == shard)
                            .toList());
        }
    }
}
