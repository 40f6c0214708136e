package io.reprise.tool;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.support.WallClock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Returns the current date and time (RFC 3339). */
public final class TimeTool implements Tool {
    private final WallClock clock;

    public TimeTool(WallClock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "time";
    }

    @Override
    public String description() {
        return "Returns the current date and time, in the given time zone or in the user's.";
    }

    @Override
    public String schema() {
        return """
                {"type":"object","properties":{"zone":{"type":"string","description":\
                "IANA time zone, such as Europe/Berlin"}},"additionalProperties":false}""";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.READS;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        String given = call.argumentsAs(Arguments.class).zone();
        ZoneId zone = zone(given == null || given.isBlank() ? call.zone() : given);
        Instant now = Instant.ofEpochMilli(clock.nowMs()).truncatedTo(ChronoUnit.SECONDS);
        return Content.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(now.atZone(zone)));
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name == null || name.isBlank() ? "Z" : name.strip());
        } catch (DateTimeException e) {
            throw new ToolFailure("Unknown time zone. Use an IANA name, such as Europe/Berlin.", e);
        }
    }

    record Arguments(String zone) {}
}
