package io.reprise.message.bus;

import io.reprise.message.BusMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.shareddata.Shareable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Sends messages to verticles by address. A verticle of this node has a mailbox: whatever arrives before its thread
 * takes the messages is taken together, so its thread is woken once and not once per message. A message for any other
 * address is sent on the event bus. As on the event bus, messages of one sender to one address arrive in order, and
 * messages for a verticle that has ended are lost. Thread-safe.
 */
public final class NodeBus implements Shareable {
    private static final String NAME = "reprise.bus";

    private final Vertx vertx;
    private final Map<String, Mailbox> mailboxes = new ConcurrentHashMap<>();

    private NodeBus(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The bus of a Vert.x instance; all its verticles share it. */
    public static NodeBus of(Vertx vertx) {
        return vertx.sharedData().<String, NodeBus>getLocalMap(NAME).computeIfAbsent(NAME, name -> new NodeBus(vertx));
    }

    public void send(String address, BusMessage message) {
        Mailbox mailbox = mailboxes.get(address);
        if (mailbox != null) mailbox.put(message);
        else vertx.eventBus().send(address, message);
    }

    /**
     * Passes the messages for these addresses to the handler, on the thread of the calling verticle. They also arrive
     * when they are sent on the event bus.
     *
     * @param type what is sent to the addresses
     */
    public <M extends BusMessage> Listening listen(List<String> addresses, Class<M> type, Consumer<M> handler) {
        Mailbox mailbox = new Mailbox(vertx.getOrCreateContext(), message -> handler.accept(type.cast(message)));
        List<MessageConsumer<M>> elsewhere = addresses.stream()
                .map(address -> vertx.eventBus().<M>consumer(address, message -> handler.accept(message.body())))
                .toList();
        addresses.forEach(address -> mailboxes.put(address, mailbox));
        return new Listening(addresses, mailbox, elsewhere);
    }

    /** A listener. The event bus ends by itself when the verticle is undeployed; the mailbox does not. */
    public final class Listening {
        private final List<String> addresses;
        private final Mailbox mailbox;
        private final List<? extends MessageConsumer<?>> elsewhere;

        private Listening(List<String> addresses, Mailbox mailbox, List<? extends MessageConsumer<?>> elsewhere) {
            this.addresses = addresses;
            this.mailbox = mailbox;
            this.elsewhere = elsewhere;
        }

        /** Completes when messages from the event bus arrive, too. */
        public Future<?> begun() {
            return Future.all(
                    elsewhere.stream().map(MessageConsumer::completion).toList());
        }

        /** Drops the messages of this node from now on. A verticle calls this when it stops. */
        public void end() {
            addresses.forEach(address -> mailboxes.remove(address, mailbox));
            mailbox.close();
        }
    }
}
