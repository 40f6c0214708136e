package io.reprise.support;

import java.util.Objects;
import java.util.function.Function;

/**
 * The current value: an immutable snapshot that may be replaced as a whole at any time. Code that decides something
 * calls {@link #get} at each decision. Code that needs the same value for longer, such as a run or a request, calls it
 * once and keeps the snapshot. A parameter of type {@code Current} follows replacements, a plain value does not.
 * Thread-safe.
 */
@FunctionalInterface
public interface Current<T> {
    /** The current snapshot; never null. */
    T get();

    /** A part of the snapshot, extracted at each call of {@link #get}. */
    default <U> Current<U> map(Function<? super T, ? extends U> part) {
        return () -> part.apply(get());
    }

    /**
     * A value computed from the snapshot, once per snapshot; with concurrent calls it may be computed more than once.
     */
    default <U> Current<U> derive(Function<? super T, ? extends U> making) {
        return new Derived<>(this, making);
    }

    /** A value that is never replaced. */
    static <T> Current<T> always(T value) {
        Objects.requireNonNull(value);
        return () -> value;
    }

    /** Holds the snapshot and replaces it; the composition root has the only one. */
    final class Holder<T> implements Current<T> {
        private volatile T value;

        public Holder(T value) {
            this.value = Objects.requireNonNull(value);
        }

        @Override
        public T get() {
            return value;
        }

        /** Later calls of {@link #get} return {@code next}; snapshots that callers keep do not change. */
        public void replace(T next) {
            value = Objects.requireNonNull(next);
        }
    }

    /** Caches the value that was computed from the last snapshot. */
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
