package io.reprise.secret;

/**
 * The row that a sealed secret belongs to. A secret that was copied to another row or another kind of row cannot be opened
 * there.
 *
 * @param purpose kind of secret, such as {@code hook}; constant, because it is part of what is stored
 * @param id of the row
 */
public record SecretPlace(String purpose, String id) {
    /** Separates the two parts, so that no two places have the same text. */
    private static final char SEPARATOR = '\0';

    public SecretPlace {
        if (purpose.isEmpty() || purpose.indexOf(SEPARATOR) >= 0) throw new IllegalArgumentException("purpose");
        if (id.isEmpty()) throw new IllegalArgumentException("id");
    }

    String text() {
        return purpose + SEPARATOR + id;
    }
}
