package io.reprise.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Values of one kind, and the percentiles that are printed of them. */
final class Figures {
    private final List<Double> values = Collections.synchronizedList(new ArrayList<>());

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    /** The nearest rank; {@code percent} from 0 to 100. */
    double percentile(double percent) {
        List<Double> sorted = new ArrayList<>(values);
        if (sorted.isEmpty()) return Double.NaN;
        Collections.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * sorted.size());
        return sorted.get(Math.clamp(rank - 1, 0, sorted.size() - 1));
    }

    /** Median, 99th percentile and maximum, in milliseconds. */
    String ms() {
        return "p50 %.1f  p99 %.1f  max %.1f ms  (n=%d)"
                .formatted(percentile(50), percentile(99), percentile(100), count());
    }
}
