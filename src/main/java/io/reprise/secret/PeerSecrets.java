package io.reprise.secret;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** Secrets that the server makes for people who sign or check bodies with them; they are shown once and stored sealed. */
public final class PeerSecrets {
    private static final int BYTES = 32;
    private static final String PREFIX = "rps_";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretBox box;
    private final String purpose;

    /** @param purpose of their {@link SecretPlace} */
    public PeerSecrets(SecretBox box, String purpose) {
        this.box = box;
        this.purpose = purpose;
    }

    /** @param text as it is shown */
    public record Made(String text, byte[] sealed) {}

    /** A new secret of the row with this id. */
    public Made make(String id) {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return new Made(text, box.seal(text.getBytes(StandardCharsets.UTF_8), place(id)));
    }

    /** Empty if the key with which it was sealed is gone. */
    public Optional<String> open(String id, byte[] sealed) {
        return box.open(sealed, place(id)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private SecretPlace place(String id) {
        return new SecretPlace(purpose, id);
    }
}
