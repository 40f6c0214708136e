package io.reprise.session.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.telemetry.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nodes that share six shards. */
class ShardLeasesTest {
    private static final List<Integer> SHARDS = List.of(0, 1, 2, 3, 4, 5);
    private static final long LEASE_MS = 10_000;
    private static final long RENEW_MS = 3_000;

    private final MemoryShards store = new MemoryShards();

    private final class Node implements ShardLeases.Holder {
        final Set<Integer> used = new TreeSet<>();
        final Set<Integer> busy = new HashSet<>();
        final ShardLeases leases;
        int gaveBack;

        Node(String name) {
            leases = new ShardLeases(
                    store,
                    store.reachOf(name),
                    new ShardLeases.Place(name, SHARDS, LEASE_MS, RENEW_MS),
                    this,
                    store::nowMs,
                    Metrics.unseen());
        }

        @Override
        public void took(Map<Integer, Long> taken) {
            used.addAll(taken.keySet());
        }

        @Override
        public void lost(Set<Integer> shards) {
            used.removeAll(shards);
        }

        @Override
        public boolean isQuiet(int shard) {
            return !busy.contains(shard);
        }

        @Override
        public void gaveBack() {
            gaveBack++;
        }

        Node turn() {
            leases.turn();
            return this;
        }
    }

    @Test
    void a_node_that_is_alone_owns_every_shard() {
        Node one = new Node("one").turn();

        assertThat(one.used).containsExactlyElementsOf(SHARDS);
        assertThat(SHARDS).allMatch(one.leases::isHeld);
    }

    @Test
    void two_nodes_own_half_each_after_the_second_has_come() {
        Node one = new Node("one").turn();
        Node two = new Node("two").turn();
        assertThat(two.used).isEmpty();

        one.turn();
        two.turn();

        assertThat(one.used).hasSize(3);
        assertThat(one.gaveBack).isEqualTo(1);
        assertThat(two.used).hasSize(3).doesNotContainAnyElementsOf(one.used);
        assertThat(store.owners()).hasSize(6);
    }

    @Test
    void a_shard_in_which_something_happens_stays_until_it_is_quiet() {
        Node one = new Node("one").turn();
        one.busy.addAll(SHARDS);
        Node two = new Node("two").turn();
        one.turn();
        two.turn();
        assertThat(one.used).containsExactlyElementsOf(SHARDS);

        one.busy.removeAll(List.of(4, 5));
        one.turn();
        two.turn();

        assertThat(one.used).containsExactly(0, 1, 2, 3);
        assertThat(two.used).containsExactly(4, 5);
    }

    @Test
    void the_shards_of_a_node_that_died_are_taken_when_its_time_is_over_and_not_before() {
        Node one = new Node("one").turn();
        Node two = new Node("two").turn();
        one.turn();
        two.turn();

        store.pass(LEASE_MS - 1);
        long nextMs = two.leases.turn().result();
        assertThat(two.used).hasSize(3);
        assertThat(nextMs).isLessThanOrEqualTo(2);

        store.pass(nextMs);
        two.turn();

        assertThat(two.used).containsExactlyElementsOf(SHARDS);
    }

    /** Its late writes carry the old owner number. */
    @Test
    void a_node_that_was_paused_loses_what_others_have_taken_meanwhile() {
        Node one = new Node("one").turn();
        Node two = new Node("two").turn();
        one.turn();
        store.pass(LEASE_MS + 1);
        two.turn();
        assertThat(SHARDS).noneMatch(one.leases::isHeld);

        one.turn();

        assertThat(one.used).isEmpty();
        assertThat(two.used).containsExactlyElementsOf(SHARDS);
    }

    private void cut(String... side) {
        for (String node : side) store.cut.put(node, Set.of(side));
    }

    /** Symptom: a node that had been paused took shards before messages reached it again; stops in these had no effect. */
    @Test
    void a_node_that_the_others_do_not_reach_takes_nothing_and_gives_back_what_it_has_after_the_time_of_a_lease() {
        Node one = new Node("one").turn();
        Node two = new Node("two").turn();
        Node three = new Node("three").turn();
        for (int i = 0; i < 2; i++) List.of(one, two, three).forEach(Node::turn);
        assertThat(List.of(one, two, three))
                .allSatisfy(node -> assertThat(node.used).hasSize(2));
        cut("one");
        cut("two", "three");

        for (long ms = 0; ms < LEASE_MS; ms += RENEW_MS) {
            List.of(one, two, three).forEach(Node::turn);
            assertThat(one.used).hasSize(2);
            assertThat(one.leases.isCutOff()).isFalse();
            store.pass(RENEW_MS);
        }
        assertThat(one.leases.isCutOff()).isTrue();
        assertThat(two.leases.isCutOff()).isFalse();
        for (int i = 0; i < 2; i++) List.of(one, two, three).forEach(Node::turn);

        assertThat(one.used).isEmpty();
        assertThat(List.of(two, three)).allSatisfy(node -> assertThat(node.used).hasSize(3));

        store.cut.clear();
        for (int i = 0; i < 3; i++) List.of(two, three, one).forEach(Node::turn);

        assertThat(one.leases.isCutOff()).isFalse();
        assertThat(List.of(one, two, three))
                .allSatisfy(node -> assertThat(node.used).hasSize(2));
    }

    @Test
    void of_two_equal_sides_of_a_cut_the_one_with_the_first_name_owns_all_shards() {
        Node one = new Node("b").turn();
        Node two = new Node("a").turn();
        one.turn();
        two.turn();
        cut("a");
        cut("b");

        for (long ms = 0; ms < 2 * LEASE_MS; ms += RENEW_MS) {
            one.turn();
            two.turn();
            store.pass(RENEW_MS);
        }

        assertThat(one.used).isEmpty();
        assertThat(two.used).containsExactlyElementsOf(SHARDS);
    }

    /** It does not have the first name. Its lease of being alive ends together with those of its shards. */
    @Test
    void of_two_nodes_the_one_that_is_left_takes_the_shards_as_soon_as_the_leases_of_the_dead_one_are_over() {
        Node one = new Node("a").turn();
        Node two = new Node("b").turn();
        one.turn();
        two.turn();
        cut("b");

        store.pass(LEASE_MS - 1);
        long nextMs = two.leases.turn().result();
        assertThat(two.used).hasSize(3);
        store.pass(nextMs);
        two.turn();

        assertThat(two.used).containsExactlyElementsOf(SHARDS);
        assertThat(two.leases.isCutOff()).isFalse();
    }

    @Test
    void a_lease_that_is_over_is_renewed_if_nobody_has_taken_the_shard() {
        Node one = new Node("one").turn();
        store.away = true;
        store.pass(LEASE_MS + 1);
        one.turn();
        assertThat(SHARDS).noneMatch(one.leases::isHeld);
        assertThat(one.used).containsExactlyElementsOf(SHARDS);

        store.away = false;
        one.turn();

        assertThat(SHARDS).allMatch(one.leases::isHeld);
    }

    @Test
    void a_node_that_ends_gives_back_what_is_quiet_at_once_and_the_rest_at_its_end() {
        Node one = new Node("one").turn();
        one.busy.add(2);
        one.leases.ending();

        one.turn();
        assertThat(one.used).containsExactly(2);
        one.leases.end();

        assertThat(one.used).isEmpty();
        assertThat(new Node("two").turn().used).containsExactlyElementsOf(SHARDS);
    }

    @Test
    void a_shard_that_was_given_back_is_not_renewed_by_a_late_request() {
        Map<Integer, Long> taken = store.take("one", SHARDS, 1, LEASE_MS).result();
        store.release(taken);

        assertThat(store.renew(taken, LEASE_MS).result()).isEmpty();
    }
}
