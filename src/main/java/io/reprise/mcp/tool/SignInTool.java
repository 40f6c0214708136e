package io.reprise.mcp.tool;

import io.reprise.mcp.channel.McpFailure;
import io.reprise.message.content.Content;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.StopSignal;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has a person sign in to an MCP server whose tools are not known before.
 *
 * @param name for the model
 * @param server as people know it
 * @param missing asks the person to sign in; empty if that is not needed
 * @param off why nobody can sign in; empty if people can
 * @param timeMs longest time to find that out
 */
public record SignInTool(String name, String server, Missing missing, Supplier<Optional<String>> off, int timeMs)
        implements Tool {
    /** Its name after the prefix. */
    public static final String NAME = "sign_in";

    /** Finds out whether a person has to sign in. */
    @FunctionalInterface
    public interface Missing {
        /** @throws McpFailure if that cannot be found out */
        Optional<Inquiry> card() throws InterruptedException;
    }

    @Override
    public String description() {
        return "Asks the user to sign in to " + server + ". Use it only if the tools of " + server
                + " are missing, or refuse because nobody is signed in; they can be used after that.";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\",\"properties\":{}}";
    }

    @Override
    public ToolTraits traits() {
        return ToolTraits.UNKNOWN.within(timeMs, 0);
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) throws InterruptedException {
        Continued from = call.continued();
        if (from != null && from.answer() != Answer.ACCEPT) {
            throw new ToolFailure("The user did not sign in to " + server + ".");
        }
        Optional<String> reason = off.get();
        if (reason.isPresent()) throw new ToolFailure("Nobody can sign in. " + reason.get());
        Optional<Inquiry> card = card();
        if (card.isEmpty()) return Content.of("The user is signed in to " + server + "; its tools can be used.");
        if (from == null) throw AskingException.keeping(card.get(), "sign-in");
        throw new ToolFailure("The user is still not signed in to " + server + ".");
    }

    private Optional<Inquiry> card() throws InterruptedException {
        try {
            return missing.card();
        } catch (McpFailure failure) {
            throw new ToolFailure(failure.getMessage(), failure);
        }
    }
}
