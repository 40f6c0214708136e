package io.reprise.session.recall;

import io.reprise.config.RecallSettings;
import io.reprise.history.RecallSlots;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.schedule.Schedule;
import io.reprise.schedule.ScheduleException;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads schedules as sessions do, for those who only want to know what they mean. */
public final class SchedulePreview implements RecallSlots {
    private final Current<RecallSettings> settings;
    private final WallClock time;

    public SchedulePreview(Current<RecallSettings> settings, WallClock time) {
        this.settings = settings;
        this.time = time;
    }

    @Override
    public Preview preview(RecallSchedule asked, int count) {
        try {
            RecallSchedules.Read read = new RecallSchedules(settings).read(asked, time.nowMs());
            return new Preview(read.schedule(), slots(read.schedule(), read.firstMs(), count));
        } catch (ScheduleException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** A recall whose run is active has its next slot behind the one that runs. */
    @Override
    public List<Long> next(Recall recall, int count) {
        if (!recall.isOpen() || recall.isPaused() || count < 1) return List.of();
        if (recall.isPending()) {
            List<Long> all = new ArrayList<>(slots(recall.schedule(), recall.slotMs(), count));
            all.set(0, recall.triggerAtMs());
            return all;
        }
        OptionalLong next = RecallSchedules.of(recall.schedule()).nextSlot(recall.slotMs(), time.nowMs());
        return next.isPresent() ? slots(recall.schedule(), next.getAsLong(), count) : List.of();
    }

    private static List<Long> slots(RecallSchedule stored, long firstMs, int count) {
        Schedule schedule = RecallSchedules.of(stored);
        List<Long> slots = new ArrayList<>();
        OptionalLong slot = OptionalLong.of(firstMs);
        while (slot.isPresent() && slots.size() < count) {
            long slotMs = slot.getAsLong();
            slots.add(slotMs);
            slot = schedule.nextSlot(slotMs, slotMs);
        }
        return slots;
    }
}
