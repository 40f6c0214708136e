package io.reprise.agent.loop;

import io.reprise.agent.link.RunFiles;
import io.reprise.agent.middleware.NewestFiles;
import io.reprise.catalog.provider.Attachment;
import io.reprise.config.AttachmentSettings;
import io.reprise.message.content.Part;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.support.Texts;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the files of a conversation for a model, the newest first, as far as it takes them and the limits allow. */
final class FileReader {
    private static final String CUT = "\n[the rest of the file is not part of this request]";

    private final RunFiles files;
    private final String session;
    private final long timeMs;

    /** @param timeMs longest wait for one file */
    FileReader(RunFiles files, String session, long timeMs) {
        this.files = files;
        this.session = session;
        this.timeMs = timeMs;
    }

    /** @throws ModelFailure if the model does not take a file of the newest message, which would not be answered then */
    static void check(List<ModelMessage> messages, ChatModel model) {
        NewestFiles.refusal(messages, model).ifPresent(why -> {
            throw new ModelFailure("bad_request", why);
        });
    }

    /**
     * The whole texts of the newest text files, as many as a request has room for. Middleware reads and changes them before
     * they are cut, because half of what must not be sent is not found.
     *
     * @throws ModelFailure if the store is unavailable
     */
    ModelFiles texts(List<ModelMessage> messages) throws InterruptedException {
        List<Part.File> all = files(messages);
        if (all.isEmpty()) return ModelFiles.NONE;
        int room = files.limits().get().contextTextBytesMax();
        Map<String, byte[]> read = new HashMap<>();
        for (Part.File file : all) {
            boolean isSent = file.mediaType() != null && file.isText() && !read.containsKey(file.attachment());
            if (!isSent || room <= 0) continue;
            byte[] text = content(file);
            room -= Math.min(room, text.length);
            read.put(file.attachment(), text);
        }
        // A file that was erased meanwhile has no content.
        read.values().removeIf(content -> content.length == 0);
        return new ModelFiles(read);
    }

    /**
     * What is sent of the files of a request that has the {@link #texts} as middleware has left them.
     *
     * @throws ModelFailure if the store is unavailable
     */
    ModelFiles of(ModelRequest request, Set<Attachment> takes) throws InterruptedException {
        List<Part.File> all = files(request.messages());
        if (all.isEmpty()) return ModelFiles.NONE;
        AttachmentSettings limits = files.limits().get();
        long room = limits.contextBytesMax();
        int textRoom = limits.contextTextBytesMax();
        Map<String, byte[]> read = new HashMap<>();
        for (Part.File file : all) {
            if (file.mediaType() == null || read.containsKey(file.attachment())) continue;
            if (file.isText()) {
                if (textRoom <= 0) continue;
                byte[] text = cut(request.files().of(file).orElse(new byte[0]), textRoom);
                textRoom -= text.length;
                read.put(file.attachment(), text);
            } else if (takes.contains(NewestFiles.kind(file)) && file.size() <= room) {
                room -= file.size();
                read.put(file.attachment(), content(file));
            }
        }
        // A file that was erased meanwhile has no content.
        read.values().removeIf(content -> content.length == 0);
        return new ModelFiles(read);
    }

    private static List<Part.File> files(List<ModelMessage> messages) {
        return messages.reversed().stream()
                .flatMap(message -> files(message).reversed().stream())
                .toList();
    }

    private static List<Part.File> files(ModelMessage message) {
        return switch (message) {
            case User user -> user.content().files();
            case ModelMessage.ToolOutcome outcome -> outcome.content().files();
            case ModelMessage.Assistant turn -> List.of();
        };
    }

    private byte[] content(Part.File file) throws InterruptedException {
        try {
            Optional<Buffer> found = StoreAnswer.await(files.reader().read(session, file.attachment()), timeMs);
            return found.map(Buffer::getBytes).orElse(new byte[0]);
        } catch (StoreAnswer.Missing e) {
            throw ModelFailure.modelError("The files of the conversation could not be read; try again shortly.");
        }
    }

    private static byte[] cut(byte[] text, int bytesMax) {
        if (text.length <= bytesMax) return text;
        String whole = new String(text, StandardCharsets.UTF_8);
        return (Texts.cutToBytes(whole, bytesMax) + CUT).getBytes(StandardCharsets.UTF_8);
    }
}
