package io.reprise.gateway.socket;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.config.AttachmentSettings;
import io.reprise.config.Settings;
import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.AnonymousUsers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code welcome} frame. */
final class Welcome {
    private Welcome() {}

    static String text(SocketParts parts, String id, String connection, Identity identity) {
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("id", identity.user());
        user.put("roles", identity.roles());
        ServerFrames.Text frame = new ServerFrames.Text("welcome")
                .put("id", id)
                .put("connection", connection)
                .put("node", parts.node())
                .put("server", server(parts))
                .put("user", user)
                .put("limits", limits(parts.settings()))
                .put("features", features(parts, identity))
                .put("heartbeatMs", parts.settings().server().beatMs())
                .put("ts", parts.time().nowMs());
        putModel(frame, parts.catalog().get());
        return frame.json();
    }

    private static Map<String, Object> server(SocketParts parts) {
        Map<String, Object> server = new LinkedHashMap<>();
        server.put("name", "reprise");
        server.put("version", parts.version());
        List<String> peers = parts.settings().cluster().peers();
        if (!peers.isEmpty()) server.put("peers", peers);
        return server;
    }

    /** What answers a new session for which nothing is chosen; nothing if that model cannot be used. */
    private static void putModel(ServerFrames.Text frame, Catalog catalog) {
        String name = catalog.agent(AgentDefinition.DEFAULT)
                .map(AgentDefinition::model)
                .filter(model -> !model.isEmpty())
                .orElseGet(catalog::standardModel);
        catalog.model(name)
                .ifPresent(model -> catalog.provider(model.provider())
                        .ifPresent(provider -> frame.put(
                                        "provider", provider.settings().type())
                                .put("model", model.options().name())));
    }

    /**
     * What not every server of this protocol offers, or not everybody: of attachments, agents, models, push, oidc, memory,
     * feedback, hooks. The others do not exist yet.
     */
    private static List<String> features(SocketParts parts, Identity identity) {
        List<String> features = new ArrayList<>(List.of("agents", "agui", "models", "openai"));
        if (parts.settings().attachments().perMessageMax() > 0) features.add("attachments");
        if (parts.settings().memory().enabled()) features.add("memory");
        if (parts.settings().feedback().enabled()) features.add("feedback");
        if (parts.settings().auth().oidc().isOn()) features.add("oidc");
        boolean hooks = parts.secrets().box().isPresent() && !AnonymousUsers.isOne(identity.user());
        if (hooks) features.add("hooks");
        if (hooks && parts.settings().push().enabled()) features.add("push");
        return features;
    }

    private static Map<String, Object> attachments(AttachmentSettings settings) {
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("perMessageMax", settings.perMessageMax());
        limits.put("imageBytesMax", settings.imageBytesMax());
        limits.put("pdfBytesMax", settings.pdfBytesMax());
        limits.put("textBytesMax", settings.textBytesMax());
        limits.put("pixelsMax", settings.pixelsMax());
        return limits;
    }

    private static Map<String, Object> limits(Settings settings) {
        Map<String, Object> limits = new LinkedHashMap<>();
        limits.put("textBytesMax", settings.sessions().textBytesMax());
        limits.put("frameBytesMax", settings.server().frameBytesMax());
        limits.put("attachments", attachments(settings.attachments()));
        limits.put("queueMax", settings.sessions().queueMax());
        limits.put("currency", settings.usage().currency());
        limits.put("subscriptionsMax", settings.server().subscriptionsMax());
        limits.put("commentBytesMax", settings.feedback().commentBytesMax());
        limits.put("snapshotMessages", settings.sessions().snapshotMessages());
        return limits;
    }
}
