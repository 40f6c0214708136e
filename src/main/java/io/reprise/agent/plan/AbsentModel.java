package io.reprise.agent.plan;

import io.reprise.catalog.provider.Attachment;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import java.util.Set;

/**
 * Stands for a model that cannot be used, so that a run fails like one whose provider is away, or asks the next model.
 *
 * @param code an error code of the protocol
 * @param why safe to show
 */
record AbsentModel(String name, String code, String why) implements ChatModel {
    @Override
    public String provider() {
        return "none";
    }

    /** Everything, so that its reason is told, or the next model gets the files. */
    @Override
    public Set<Attachment> takes() {
        return Attachment.ALL;
    }

    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
        throw new ModelFailure(code, why);
    }
}
