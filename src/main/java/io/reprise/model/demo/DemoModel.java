package io.reprise.model.demo;

import io.reprise.catalog.provider.Attachment;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The offline model: short answers, and commands for tests and benchmarks. It reacts to the last message of a user;
 * each word counts as a token.
 */
public final class DemoModel implements ChatModel {
    private static final int WORDS_PER_SECOND = 40;
    private static final Pattern STATUS = Pattern.compile("[1-5]\\d\\d");
    private static final Pattern ERROR_CODE = Pattern.compile("[a-z_]{1,32}");

    private final Set<Attachment> takes;
    private final Optional<Integer> contextTokens;

    /** Takes all files. */
    public DemoModel() {
        this(Attachment.ALL, Optional.empty());
    }

    /**
     * @param takes what it takes beside text
     * @param contextTokens the size of its context, as it is told; it forgets nothing
     */
    public DemoModel(Set<Attachment> takes, Optional<Integer> contextTokens) {
        this.takes = takes;
        this.contextTokens = contextTokens;
    }

    @Override
    public Optional<Integer> contextTokens() {
        return contextTokens;
    }

    @Override
    public String provider() {
        return "demo";
    }

    @Override
    public String name() {
        return "demo";
    }

    @Override
    public Set<Attachment> takes() {
        return takes;
    }

    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        Scene scene = Scene.of(request.messages());
        Voice voice = new Voice(sink, stop);
        DemoCommand command = scene.recall() ? DemoCommand.due(scene.said()) : DemoCommand.parse(scene.said());
        if (command instanceof DemoCommand.Talk && !scene.files().isEmpty()) {
            voice.say(DemoTexts.received(scene.files(), request.files()), 0);
        } else {
            act(command, scene, request.tools(), voice, stop);
        }
        return new ModelTurn(scene.words(), voice.words());
    }

    private static void act(
            DemoCommand command, Scene scene, List<ModelRequest.ToolSpec> tools, Voice voice, StopSignal stop)
            throws InterruptedException {
        switch (command) {
            case DemoCommand.Stream c -> voice.count("w", c.deltas(), c.rate());
            case DemoCommand.CallTools c -> {
                if (scene.toolRounds() == 0) c.calls().forEach(call -> voice.callTool(call.name(), call.arguments()));
                else voice.say(DemoTexts.answered(c.calls(), scene.outcomes()), 0);
            }
            case DemoCommand.Tools c -> voice.say(DemoTexts.tools(tools), 0);
            case DemoCommand.Think c -> {
                voice.think("t", c.deltas());
                voice.say("I thought about it in " + c.deltas() + " pieces.", 0);
            }
            case DemoCommand.Fail c -> throw failure(c.code());
            case DemoCommand.Hang c -> {
                stop.await();
                throw new StoppedException();
            }
            case DemoCommand.Steps c -> {
                if (scene.toolRounds() < c.rounds()) voice.callTool(c.tool(), c.arguments());
                else voice.say(DemoTexts.wentThrough(c, scene.lastOutcome()), 0);
            }
            case DemoCommand.Echo c -> voice.sayAtOnce(c.text());
            case DemoCommand.Usage c -> voice.say(usage(scene.words()), 0);
            case DemoCommand.Remind c -> {
                if (scene.toolRounds() == 0) voice.callTool("schedule_recall", c.arguments());
                else voice.say(DemoTexts.reminded(scene.lastOutcome()), WORDS_PER_SECOND);
            }
            case DemoCommand.Due c -> voice.say(DemoTexts.due(c.text()), WORDS_PER_SECOND);
            case DemoCommand.Talk c -> voice.say(DemoTexts.reply(c.text()), WORDS_PER_SECOND);
            case DemoCommand.Misused c -> voice.say(c.help(), 0);
        }
    }

    private static ModelFailure failure(String code) {
        if (STATUS.matcher(code).matches()) return ModelFailure.ofStatus(Integer.parseInt(code));
        String known = ERROR_CODE.matcher(code).matches() ? code : "model_error";
        return new ModelFailure(known, "The demo model failed, as it was told to.");
    }

    /** The numbers in the text do not change its number of words. */
    private static String usage(int read) {
        String text = "This answer read %s tokens and wrote %s.";
        return text.formatted(read, Scene.words(text));
    }
}
