package io.reprise.testing;

import static org.awaitility.Awaitility.await;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A tool, {@code gate}, that takes as long as the test wants: a run that calls it is active until the test opens the
 * gate of its session, or stops the run, however slow the machine is.
 */
public final class Gate implements Tool {
    /** The message that makes the demo model call the tool. */
    public static final String CALL = "/tool gate {}";

    private final ConcurrentMap<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    private final List<String> begun = new CopyOnWriteArrayList<>();

    /** Waits until a call of the session is under way: that is later than the events that tell of the call. */
    public void awaitCall(String session) {
        await().atMost(Patience.LIMIT).until(() -> begun.contains(session));
    }

    /** Ends the calls of the session, including later ones. */
    public void open(String session) {
        of(session).countDown();
    }

    private CountDownLatch of(String session) {
        return gates.computeIfAbsent(session, id -> new CountDownLatch(1));
    }

    @Override
    public String name() {
        return "gate";
    }

    @Override
    public String description() {
        return "Waits until it is opened.";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\",\"additionalProperties\":false}";
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        begun.add(call.session());
        of(call.session()).await();
        return Content.of("opened");
    }
}
