package io.reprise.store.postgres;

import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random log as a session writes it: its runs are restarted, rewound, wait for people and are resumed. */
final class RandomLog {
    private static final int RUNS = 8;

    private final String session;
    private final Random random;
    private final List<LogRow> rows = new ArrayList<>();
    private final List<RunRow> runs = new ArrayList<>();

    /** Calls without a result, by id: where they began. */
    private final Map<String, Long> open = new LinkedHashMap<>();

    /** Results of the current run, by call: the seq of each, and where its call began. */
    private final Map<String, long[]> answered = new LinkedHashMap<>();

    /** Checkpoints that a run can be requested from. */
    private final List<Kept> checkpoints = new ArrayList<>();

    /** Where the runs began that no rewind has superseded: only their messages can be edited or answered again. */
    private final List<Long> roots = new ArrayList<>();

    private int ids;
    private String run;
    private long rootSeq;
    private long resumeSeq;

    private record Kept(long seq, String run, long rootSeq, Map<String, Long> open) {}

    RandomLog(String session, Random random) {
        this.session = session;
        this.random = random;
        begin(null);
        while (runs.size() < RUNS || run != null) {
            if (run == null) between();
            else step();
        }
    }

    String session() {
        return session;
    }

    List<LogRow> rows() {
        return rows;
    }

    List<RunRow> runs() {
        return runs;
    }

    long head() {
        return rows.isEmpty() ? 0 : rows.getLast().seq();
    }

    /** The end of any of its rows. */
    long anySeq() {
        return rows.get(random.nextInt(rows.size())).seq();
    }

    private void begin(String resumes) {
        run = "r_" + ++ids;
        long firstSeq = head() + 1;
        if (resumes == null) {
            rootSeq = firstSeq;
            roots.add(rootSeq);
        }
        Progress progress = new Progress(1, rootSeq, null, null);
        runs.add(new RunRow(run, "user", firstSeq, StoreFixture.AT_MS, true, "success", null, null, null, progress));
        add(run, new LogEvent.RunStarted(session, run, new LogEvent.RunMetadata("user", null, resumes)));
        if (resumes == null) text(Role.USER);
        resumeSeq = head();
        answered.clear();
    }

    private void step() {
        switch (random.nextInt(10)) {
            case 0, 1 -> text(Role.ASSISTANT);
            case 2 -> text(Role.USER);
            case 3, 4, 5 -> call();
            case 6 -> open.keySet().stream().findAny().ifPresent(this::answer);
            case 7 -> keep();
            case 8 -> restart();
            default -> end();
        }
    }

    private void text(Role role) {
        String id = "m_" + ++ids;
        add(run, new LogEvent.TextStart(id, role, null));
        String text = "text " + ids;
        long seq = head() + 1;
        int[] ends = {text.length()};
        rows.add(new LogRow.Segment(seq, seq, run, LogEvent.TEXT_CONTENT, id, text, ends, StoreFixture.AT_MS));
        add(run, new LogEvent.TextEnd(id));
    }

    private void call() {
        String id = "t_" + ++ids;
        open.put(id, head() + 1);
        add(run, new LogEvent.ToolCallStart(id, "mail", "m_" + ++ids));
        add(run, new LogEvent.ToolCallEnd(id));
    }

    private void answer(String call) {
        answered.put(call, new long[] {head() + 1, open.remove(call)});
        add(run, ToolCallResult.of("m_" + ++ids, call, "result"));
    }

    private void keep() {
        resumeSeq = head();
        checkpoints.add(new Kept(resumeSeq, run, rootSeq, new LinkedHashMap<>(open)));
    }

    /** Earlier calls stay open or are reopened; the others are closed. */
    private void restart() {
        List.copyOf(open.keySet()).stream()
                .filter(call -> open.get(call) > resumeSeq)
                .forEach(this::answer);
        answered.forEach((call, place) -> {
            if (place[0] > resumeSeq && place[1] <= resumeSeq) open.put(call, place[1]);
        });
        add(run, LogEvent.Custom.of(new LogEvent.RunRestarted(run, 2, resumeSeq, null)));
        answered.clear();
        checkpoints.removeIf(checkpoint -> checkpoint.seq() > resumeSeq);
    }

    private void end() {
        boolean asks = !open.isEmpty() && random.nextInt(4) > 0;
        if (!asks) List.copyOf(open.keySet()).forEach(this::answer);
        if (asks) add(run, new LogEvent.RunFinished(session, run, LogEvent.Outcome.interrupt(List.of()), null));
        else if (random.nextInt(4) == 0) add(run, new LogEvent.RunError("It broke.", ErrorCode.INTERNAL));
        else add(run, new LogEvent.RunFinished(session, run, LogEvent.Outcome.SUCCESS, null));
        String ended = run;
        run = null;
        if (asks) decide(ended);
    }

    private void decide(String asking) {
        boolean cancelled = random.nextInt(3) == 0;
        for (String call : open.keySet()) {
            Decision decision =
                    cancelled ? Decision.CANCELLED : random.nextBoolean() ? Decision.EDIT : Decision.APPROVE;
            String arguments = decision == Decision.EDIT ? "{\"n\":" + ++ids + "}" : null;
            add(
                    null,
                    LogEvent.Custom.of(new LogEvent.InterruptResolved(
                            "i_" + call, decision, "ada", asking, call, arguments, null)));
        }
        if (cancelled) open.clear();
        else begin(asking);
    }

    private void between() {
        switch (random.nextInt(3)) {
            case 0 -> begin(null);
            case 1 -> {
                rewind(roots.get(random.nextInt(roots.size())) - 1);
                begin(null);
            }
            default -> goOnFromCheckpoint();
        }
    }

    private void goOnFromCheckpoint() {
        if (checkpoints.isEmpty()) return;
        Kept from = checkpoints.get(random.nextInt(checkpoints.size()));
        rewind(from.seq());
        open.putAll(from.open());
        rootSeq = from.rootSeq();
        begin(from.run());
    }

    private void rewind(long toSeq) {
        add(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, null)));
        checkpoints.removeIf(checkpoint -> checkpoint.seq() > toSeq);
        roots.removeIf(root -> root > toSeq);
    }

    private void add(String itsRun, LogEvent event) {
        rows.add(StoreFixture.single(head() + 1, itsRun, event));
    }

    @Override
    public String toString() {
        return session
                + rows.stream()
                        .map(row -> "\n  " + row.seq() + " " + row.json(row.from() - 1, row.seq()))
                        .reduce("", String::concat);
    }
}
