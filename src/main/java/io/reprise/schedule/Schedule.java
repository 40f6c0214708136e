package io.reprise.schedule;

import java.time.ZoneId;
import java.util.OptionalLong;

/**
 * When something comes due. The slots of a recurring schedule lie at a fixed rate: they do not depend on when a run
 * began or ended, so nothing drifts.
 */
public sealed interface Schedule {

    /** Due at once, and once. */
    record Immediate() implements Schedule {
        @Override
        public OptionalLong firstSlotMs(long nowMs) {
            return OptionalLong.of(nowMs);
        }

        @Override
        public OptionalLong nextSlotMs(long slotMs, long nowMs) {
            return OptionalLong.empty();
        }

        @Override
        public Plain plain() {
            return new Plain("immediate", null, null);
        }
    }

    /** Due once, at an instant. */
    record Once(long atMs) implements Schedule {
        @Override
        public OptionalLong firstSlotMs(long nowMs) {
            return OptionalLong.of(atMs);
        }

        @Override
        public OptionalLong nextSlotMs(long slotMs, long nowMs) {
            return OptionalLong.empty();
        }

        @Override
        public Plain plain() {
            return new Plain("once", Long.toString(atMs), null);
        }
    }

    /** Due again and again, so much time apart: the grid of its first slot. */
    record Interval(long intervalMs) implements Schedule {
        public Interval {
            if (intervalMs < 1) throw new IllegalArgumentException("an interval is positive");
        }

        @Override
        public OptionalLong firstSlotMs(long nowMs) {
            return OptionalLong.of(nowMs + intervalMs);
        }

        @Override
        public OptionalLong nextSlotMs(long slotMs, long nowMs) {
            long passed = Math.max(0, nowMs - slotMs) / intervalMs;
            return OptionalLong.of(slotMs + (passed + 1) * intervalMs);
        }

        @Override
        public Plain plain() {
            return new Plain("interval", Long.toString(intervalMs), null);
        }
    }

    /** Due whenever the clocks of a zone show what the expression says; {@link CronRule} tells of daylight saving. */
    record Cron(CronRule rule, ZoneId zone) implements Schedule {
        @Override
        public OptionalLong firstSlotMs(long nowMs) {
            return rule.nextMs(nowMs, zone);
        }

        @Override
        public OptionalLong nextSlotMs(long slotMs, long nowMs) {
            return rule.nextMs(Math.max(slotMs, nowMs), zone);
        }

        @Override
        public Plain plain() {
            return new Plain("cron", rule.expression(), zone.getId());
        }
    }

    /**
     * A schedule as text, for the store and the wire.
     *
     * @param kind {@code immediate}, {@code once}, {@code interval} or {@code cron}
     * @param value the instant or the interval in ms, the cron expression, or null
     * @param zone an IANA name, for cron alone
     */
    record Plain(String kind, String value, String zone) {}

    /** The first slot after now; of one that is due once its only slot. Empty when there is none. */
    OptionalLong firstSlotMs(long nowMs);

    /** The first slot later than both {@code slotMs}, one of its slots, and now. Empty when there is none. */
    OptionalLong nextSlotMs(long slotMs, long nowMs);

    Plain plain();

    default String kind() {
        return plain().kind();
    }

    default boolean isRecurring() {
        return switch (this) {
            case Immediate immediate -> false;
            case Once once -> false;
            case Interval interval -> true;
            case Cron cron -> true;
        };
    }

    /**
     * What {@link #plain} made.
     *
     * @throws IllegalArgumentException when it did not
     */
    static Schedule of(Plain plain) {
        return switch (plain.kind()) {
            case "immediate" -> new Immediate();
            case "once" -> new Once(Long.parseLong(plain.value()));
            case "interval" -> new Interval(Long.parseLong(plain.value()));
            case "cron" -> new Cron(CronRule.parse(plain.value()), Zones.of(plain.zone()));
            default -> throw new IllegalArgumentException("there is no kind of schedule " + plain.kind());
        };
    }
}
