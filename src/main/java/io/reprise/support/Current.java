package io.reprise.support;

import java.util.Objects;
import java.util.function.Function;

/**
 * The value that holds now: an immutable snapshot that may be replaced as a whole at any time. Whoever decides something
 * asks {@link #get} at the decision. Whoever needs one value for longer, such as a run or a request, asks once and keeps
 * the snapshot: what takes a {@code Current} follows, what takes a plain value is pinned. Thread-safe.
 */
@FunctionalInterface
public interface Current<T> {
    /** The snapshot of this moment; never null. */
    T get();

    /** A part of it, taken out at each look. */
    default <U> Current<U> map(Function<? super T, ? extends U> part) {
        return () -> part.apply(get());
    }

    /** What is made of it, once for each snapshot; by two threads at once perhaps twice. */
    default <U> Current<U> derive(Function<? super T, ? extends U> making) {
        return new Derived<>(this, making);
    }

    /** One that is never replaced. */
    static <T> Current<T> always(T value) {
        Objects.requireNonNull(value);
        return () -> value;
    }

    /** The place where snapshots are replaced: there is one, at the root. */
    final class Holder<T> implements Current<T> {
        private volatile T value;

        public Holder(T value) {
            this.value = Objects.requireNonNull(value);
        }

        @Override
        public T get() {
            return value;
        }

        /** From the next look on {@code next} holds; what was pinned stays what it was. */
        public void replace(T next) {
            value = Objects.requireNonNull(next);
        }
    }

    /** Remembers what it made of the last snapshot. */
    final class Derived<T, U> implements Current<U> {
        private record Made<T, U>(T of, U value) {}

        private final Current<T> source;
        private final Function<? super T, ? extends U> making;
        private volatile Made<T, U> last;

        private Derived(Current<T> source, Function<? super T, ? extends U> making) {
            this.source = source;
            this.making = making;
        }

        @Override
        public U get() {
            T now = source.get();
            Made<T, U> made = last;
            if (made == null || made.of() != now && !made.of().equals(now)) {
                made = new Made<>(now, making.apply(now));
                last = made;
            }
            return made.value();
        }
    }
}
