package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.middleware.PlannedMiddleware;
import io.reprise.config.InterruptSettings;
import io.reprise.config.RunSettings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.message.Cause.CallerToken;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.tool.ToolRegistry;
import java.util.List;
import java.util.function.Function;

/**
 * What a run uses: resolved once at its start and kept until its end, even if settings or the catalogue change.
 *
 * @param basis the entries of the catalogue that it comes from; checkpoints of the run name them
 * @param model the model that is asked first
 * @param fallbacks models that are asked in this order when the previous ones cannot answer
 * @param helpers models for other work than answers; they get what {@link #helping} passes on
 * @param prompt system prompt; empty for none
 * @param middleware runs around each step, in addition to the built-in middleware, in the order of priorities
 * @param whenAway how long and how often a run tries to read the checkpoint from which it resumes
 * @param interrupts which calls need an approval
 * @param subagents agents that the run may call as tools
 * @param completion adds what only the conversation says
 */
public record RunPlan(
        RunBasis basis,
        ChatModel model,
        List<ChatModel> fallbacks,
        Helpers helpers,
        ToolRegistry tools,
        String prompt,
        List<PlannedMiddleware> middleware,
        RunSettings limits,
        StoreSettings whenAway,
        InterruptSettings interrupts,
        List<Subagent> subagents,
        Completion completion) {
    public RunPlan {
        fallbacks = List.copyOf(fallbacks);
        middleware = PlannedMiddleware.inOrder(middleware);
        subagents = List.copyOf(subagents);
    }

    /** A plan without sub-agents. */
    public RunPlan(
            RunBasis basis,
            ChatModel model,
            List<ChatModel> fallbacks,
            Helpers helpers,
            ToolRegistry tools,
            String prompt,
            List<PlannedMiddleware> middleware,
            RunSettings limits,
            StoreSettings whenAway,
            InterruptSettings interrupts,
            Completion completion) {
        this(
                basis,
                model,
                fallbacks,
                helpers,
                tools,
                prompt,
                middleware,
                limits,
                whenAway,
                interrupts,
                List.of(),
                completion);
    }

    /**
     * An agent that works for another one.
     *
     * @param name of its entry
     * @param description what people see of it; empty for nothing
     */
    public record Subagent(String name, String description) {
        /** The name of its tool. */
        public String tool() {
            return "agent_" + name;
        }
    }

    /**
     * Models for other work than answers.
     *
     * @param title makes titles of sessions
     * @param summary makes summaries of conversations
     * @param named any other, by the name of its entry; one that cannot be used fails with a reason
     */
    public record Helpers(ChatModel title, ChatModel summary, Function<String, ChatModel> named) {
        /** All work is done by one model. */
        public static Helpers all(ChatModel model) {
            return new Helpers(model, model, name -> model);
        }
    }

    /**
     * What the conversation says about a run.
     *
     * @param user who has the conversation
     * @param model the model that was chosen for the message, or null
     * @param testing whether the person may receive what is being tested
     * @param zone IANA name of the person's time zone, or null
     * @param before what the run used before it resumes
     * @param token of the person who began the run or made it go on; null if there is none
     */
    public record Facts(String user, String model, boolean testing, String zone, RunBasis before, CallerToken token) {
        /** Without a token. */
        public Facts(String user, String model, boolean testing, String zone, RunBasis before) {
            this(user, model, testing, zone, before, null);
        }
    }

    /** Completes a plan from the same snapshot of settings and catalogue. */
    @FunctionalInterface
    public interface Completion {
        /** The plan is complete as it is. */
        Completion NONE = (plan, facts) -> plan;

        /** May block to read what the run used before. */
        RunPlan complete(RunPlan plan, Facts facts) throws InterruptedException;
    }

    /** The same with another system prompt. */
    public RunPlan prompted(String other) {
        return new RunPlan(
                basis,
                model,
                fallbacks,
                helpers,
                tools,
                other,
                middleware,
                limits,
                whenAway,
                interrupts,
                subagents,
                completion);
    }

    /** The same with other tools. */
    public RunPlan using(ToolRegistry others) {
        return new RunPlan(
                basis,
                model,
                fallbacks,
                helpers,
                others,
                prompt,
                middleware,
                limits,
                whenAway,
                interrupts,
                subagents,
                completion);
    }

    /**
     * What a model may get that helps runs of this session, whichever model it is.
     *
     * @throws io.reprise.model.ModelFailure if a middleware does not let it have this
     */
    public ModelRequest helping(String session, ModelRequest request) {
        ModelRequest asked = request;
        for (PlannedMiddleware each : middleware) asked = each.helping().helping(session, asked);
        return asked;
    }

    /**
     * A text of which a model may get a part that helps runs of this session. Call it before the text is cut, because half of
     * what must not be passed on is not found.
     */
    public String helping(String session, String text) {
        if (middleware.isEmpty() || text.isEmpty()) return text;
        ModelRequest.Limits patience = new ModelRequest.Limits(limits.titleMs(), limits.titleMs());
        ModelRequest alone = new ModelRequest(List.of(new User(text)), List.of(), patience);
        List<ModelMessage> passed = helping(session, alone).messages();
        // A middleware that makes more of it has its say when it gets the request as it is sent.
        return passed.size() == 1 && passed.getFirst() instanceof User said
                ? said.content().text()
                : text;
    }

    /** The plan with what the conversation says. Call it once, on the thread of the run. */
    RunPlan completed(Facts facts) throws InterruptedException {
        return completion.complete(this, facts);
    }

    /** Name of the agent; null for sessions that name none. */
    public String agent() {
        return basis.agent();
    }

    public String catalogVersion() {
        return basis.catalogVersion();
    }

    /** The same with these sub-agents. */
    public RunPlan calling(List<Subagent> its) {
        return new RunPlan(
                basis,
                model,
                fallbacks,
                helpers,
                tools,
                prompt,
                middleware,
                limits,
                whenAway,
                interrupts,
                its,
                completion);
    }
}
