package io.reprise.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Seed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Owners of one lease; anything between them and the store may be slow or lost. The test moves the time. */
class HeldLeaseTest {
    private static final String NAME = "job.sweep";
    private static final long TTL_MS = 100;
    private static final int ROUNDS = 400;
    private static final int STEPS = 120;
    private static final int OWNERS = 4;

    private long nowMs;

    @Test
    void it_is_held_until_its_time_is_over_counted_from_the_request() {
        SlowStore store = new SlowStore(new Random(1));
        Future<Optional<HeldLease>> taken = HeldLease.take(store, NAME, "ada", TTL_MS, () -> nowMs);
        nowMs += 40;
        store.carryOut(0);
        nowMs += 40;
        store.deliver(0, false);
        HeldLease lease = taken.result().orElseThrow();

        assertThat(lease.isHeld()).isTrue();
        nowMs += 19;
        assertThat(lease.isHeld()).isTrue();
        nowMs += 1;
        assertThat(lease.isHeld())
                .as("40 ms before the store would give it to another")
                .isFalse();
    }

    @Test
    void a_lease_is_kept_by_renewal_in_time_and_ends_by_a_take_over() {
        HeldLease ada = HeldLease.take(memory, NAME, "ada", TTL_MS, () -> nowMs)
                .result()
                .orElseThrow();
        nowMs += TTL_MS - 1;
        ada.renew();
        nowMs += TTL_MS - 1;
        assertThat(ada.isHeld()).isTrue();

        nowMs += 1;
        HeldLease bob = HeldLease.take(memory, NAME, "bob", TTL_MS, () -> nowMs)
                .result()
                .orElseThrow();
        boolean renewed = ada.renew().result();

        assertThat(renewed).isFalse();
        assertThat(ada.isHeld()).isFalse();
        assertThat(bob.isHeld()).isTrue();
    }

    private final MemoryLeases memory = new MemoryLeases(() -> nowMs);

    /**
     * At most one of all owners believes that it holds the lease, and a dead one holds it no longer than its time to
     * live.
     */
    @Test
    void never_two_at_a_time_and_never_nobody_for_long_in_any_interleaving() {
        Random random = Seed.random("HeldLeaseTest");
        int takenOver = 0;
        for (int round = 0; round < ROUNDS; round++) takenOver += new Round(random).play();

        assertThat(takenOver).as("rounds in which it was taken over at all").isGreaterThan(ROUNDS / 10);
    }

    private final class Round {
        private final Random random;
        private final SlowStore store;
        private final List<HeldLease> living = new ArrayList<>();
        private final List<Long> numbers = new ArrayList<>();

        Round(Random random) {
            this.random = random;
            this.store = new SlowStore(random);
        }

        int play() {
            for (int step = 0; step < STEPS; step++) {
                move();
                assertThat(living.stream().filter(HeldLease::isHeld)).hasSizeLessThanOrEqualTo(1);
            }
            assertThat(numbers).as("in the order in which they were given").doesNotHaveDuplicates();
            takesOverInTime();
            return numbers.size() > 1 ? 1 : 0;
        }

        private void move() {
            switch (random.nextInt(8)) {
                case 0 -> take();
                case 1 -> any().ifPresent(HeldLease::renew);
                case 2 -> store.step();
                case 3 -> store.step();
                case 4 -> store.step();
                case 5 -> nowMs += random.nextInt(20);
                case 6 -> nowMs += random.nextInt((int) TTL_MS);
                default -> end();
            }
        }

        private void take() {
            HeldLease.take(store, NAME, "owner" + random.nextInt(OWNERS), TTL_MS, () -> nowMs)
                    .onSuccess(taken -> taken.ifPresent(lease -> {
                        living.add(lease);
                        numbers.add(lease.lease().number());
                    }));
        }

        /** An owner dies silently, or releases the lease. */
        private void end() {
            if (random.nextInt(4) > 0) return;
            any().ifPresent(lease -> {
                living.remove(lease);
                if (random.nextBoolean()) lease.release();
            });
        }

        private Optional<HeldLease> any() {
            return living.isEmpty() ? Optional.empty() : Optional.of(living.get(random.nextInt(living.size())));
        }

        /** All owners die, and their requests are executed at the worst moment. */
        private void takesOverInTime() {
            living.clear();
            store.carryOutAll();
            nowMs += TTL_MS;
            Lease next = store.rows.take(NAME, "heir", TTL_MS).result().orElseThrow();
            assertThat(numbers).allSatisfy(number -> assertThat(number).isLessThan(next.number()));
        }
    }

    /** A store whose requests are executed late, and whose answers come late or never. */
    private final class SlowStore implements LeaseStore {
        private final MemoryLeases rows = new MemoryLeases(() -> nowMs);
        private final List<Request<?>> requests = new ArrayList<>();
        private final Random random;

        SlowStore(Random random) {
            this.random = random;
        }

        private final class Request<T> {
            private final Supplier<Future<T>> work;
            private final Promise<T> answer = Promise.promise();
            private Future<T> done;

            Request(Supplier<Future<T>> work) {
                this.work = work;
            }

            void carryOut() {
                if (done == null) done = work.get();
            }

            void deliver(boolean lost) {
                if (lost || done == null) answer.fail("lost");
                else answer.complete(done.result());
            }
        }

        private <T> Future<T> sent(Supplier<Future<T>> work) {
            Request<T> request = new Request<>(work);
            requests.add(request);
            return request.answer.future();
        }

        /** One of the requests is executed or lost; those of one owner may overtake each other, too. */
        void step() {
            if (requests.isEmpty()) return;
            int which = random.nextInt(requests.size());
            if (requests.get(which).done == null && random.nextInt(10) > 0) carryOut(which);
            else deliver(which, random.nextInt(10) == 0);
        }

        void carryOut(int which) {
            requests.get(which).carryOut();
        }

        void carryOutAll() {
            requests.forEach(Request::carryOut);
        }

        void deliver(int which, boolean lost) {
            requests.remove(which).deliver(lost);
        }

        @Override
        public Future<Optional<Lease>> take(String name, String owner, long ttlMs) {
            return sent(() -> rows.take(name, owner, ttlMs));
        }

        @Override
        public Future<Boolean> renew(Lease lease) {
            return sent(() -> rows.renew(lease));
        }

        @Override
        public Future<Void> release(Lease lease) {
            return sent(() -> rows.release(lease));
        }
    }
}
