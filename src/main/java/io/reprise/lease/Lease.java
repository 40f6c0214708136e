package io.reprise.lease;

/**
 * The right of one owner to do what {@code name} stands for. It ends after {@code ttlMs} unless it is renewed, by the
 * clock of the store; from then on anybody may take it over. So when its owner dies, another one can continue after
 * {@code ttlMs} at the latest.
 *
 * @param number larger than that of every earlier lease; fences what the owner writes, because an owner that was
 *     paused may not know yet that its lease was taken over
 */
public record Lease(String name, String owner, long number, long ttlMs) {
    public Lease {
        if (name.isEmpty() || owner.isEmpty()) throw new IllegalArgumentException("a lease has a name and an owner");
        if (ttlMs < 1) throw new IllegalArgumentException("ttlMs must be positive: " + ttlMs);
    }
}
