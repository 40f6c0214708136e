package io.reprise.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** The addresses of a server's nodes: the one in use, and the others that it told of. On the client's context. */
final class NodeUrls {
    private Deque<URI> urls;

    NodeUrls(URI first) {
        urls = new ArrayDeque<>(List.of(first));
    }

    URI current() {
        return urls.getFirst();
    }

    /** What the node in use has told in its welcome. */
    void learn(JsonObject welcome) {
        JsonArray peers = welcome.getJsonObject("server", new JsonObject()).getJsonArray("peers", new JsonArray());
        URI own = current();
        urls = new ArrayDeque<>(Stream.concat(Stream.of(own), peers.stream().map(peer -> ofPeer(own, peer.toString())))
                .distinct()
                .toList());
    }

    private static URI ofPeer(URI own, String origin) {
        return URI.create(origin.replaceFirst("^http", "ws") + own.getRawPath());
    }

    /** The node in use is gone: uses the next one. */
    void next() {
        urls.addLast(urls.removeFirst());
    }
}
