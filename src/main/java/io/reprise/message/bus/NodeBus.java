package io.reprise.message.bus;

import io.reprise.message.BusMessage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.shareddata.Shareable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

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
        Listening listening = new Listening(
                mailbox, address -> vertx.eventBus().<M>consumer(address, message -> handler.accept(message.body())));
        addresses.forEach(listening::add);
        return listening;
    }

    /** A listener. The event bus ends by itself when the verticle is undeployed; the mailbox does not. */
    public final class Listening {
        private final Mailbox mailbox;
        private final Function<String, MessageConsumer<?>> consumer;
        private final Map<String, MessageConsumer<?>> elsewhere = new LinkedHashMap<>();

        private Listening(Mailbox mailbox, Function<String, MessageConsumer<?>> consumer) {
            this.mailbox = mailbox;
            this.consumer = consumer;
        }

        /** Listens to another address. Call it on the thread of the verticle, as {@link #remove}. */
        public void add(String address) {
            elsewhere.put(address, consumer.apply(address));
            mailboxes.put(address, mailbox);
        }

        /** Listens to this address no more. What arrived before is still handled. */
        public void remove(String address) {
            mailboxes.remove(address, mailbox);
            MessageConsumer<?> its = elsewhere.remove(address);
            if (its != null) its.unregister();
        }

        /** Completes when messages from the event bus arrive, too. */
        public Future<?> begun() {
            return Future.all(
                    elsewhere.values().stream().map(MessageConsumer::completion).toList());
        }

        /** Drops the messages of this node from now on. A verticle calls this when it stops. */
        public void end() {
            elsewhere.keySet().forEach(address -> mailboxes.remove(address, mailbox));
            mailbox.close();
        }
    }
}
