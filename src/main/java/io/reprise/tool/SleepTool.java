package io.reprise.tool;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.concurrent.TimeUnit;

/** Waits. With {@code ignoreInterrupts} it ignores a stop, for tests of how such tools are handled. */
public final class SleepTool implements Tool {
    private static final int SECONDS_MAX = 600;

    @Override
    public String name() {
        return "sleep";
    }

    @Override
    public String description() {
        return "Waits for some seconds, then reports it.";
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"seconds":{"type":"number","minimum":0,"maximum":600},\
                "ignoreInterrupts":{"type":"boolean","description":"go on sleeping when stopped"},\
                "background":{"type":"boolean","description":"answer at once and report later"}},\
                "required":["seconds"],"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        Arguments arguments = call.argumentsAs(Arguments.class);
        double seconds = arguments.checkedSeconds();
        long nanos = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        boolean stubborn = Boolean.TRUE.equals(arguments.ignoreInterrupts());
        if (Boolean.TRUE.equals(arguments.background())) {
            return call.background().start(own -> slept(seconds, nanos, stubborn, own));
        }
        return slept(seconds, nanos, stubborn, stop);
    }

    private static Content slept(double seconds, long nanos, boolean stubborn, StopSignal stop)
            throws InterruptedException {
        if (stubborn) sleepStubbornly(nanos);
        else stop.sleep(nanos);
        return Content.of("Slept for " + seconds + " s.");
    }

    private static void sleepStubbornly(long nanos) {
        Stopwatch watch = Stopwatch.started();
        for (long left = nanos; left > 0; left = nanos - watch.nanos()) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                // Ignored on purpose, see the description of the class.
            }
        }
    }

    record Arguments(Double seconds, Boolean ignoreInterrupts, Boolean background) {
        double checkedSeconds() {
            if (seconds == null || !(seconds >= 0 && seconds <= SECONDS_MAX)) {
                throw new ToolFailure("\"seconds\" must be a number from 0 to " + SECONDS_MAX + ".");
            }
            return seconds;
        }
    }
}
