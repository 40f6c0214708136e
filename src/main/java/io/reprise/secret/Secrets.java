package io.reprise.secret;

import java.util.Optional;

/** Whether secrets of people can be stored. Features that store some are off if they cannot, and say why. */
public sealed interface Secrets {
    /** @param with seals and opens them */
    record On(SecretBox with) implements Secrets {}

    /** @param why a sentence for people */
    record Off(String why) implements Secrets {}

    /** Empty if they cannot be stored. */
    default Optional<SecretBox> box() {
        return this instanceof On on ? Optional.of(on.with()) : Optional.empty();
    }

    /** Why they cannot be stored; empty if they can. */
    default Optional<String> reason() {
        return this instanceof Off off ? Optional.of(off.why()) : Optional.empty();
    }
}
