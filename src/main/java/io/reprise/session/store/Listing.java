package io.reprise.session.store;

/**
 * Where a session stands in the list of its user.
 *
 * @param pinned before all others, whatever their age
 * @param archived not in the list, but in that of archived ones
 * @param muted nobody is notified of what happens in it
 */
public record Listing(boolean pinned, boolean archived, boolean muted) {
    public static final Listing USUAL = new Listing(false, false, false);

    /** With what is not null in its place. */
    public Listing with(Boolean newPinned, Boolean newArchived, Boolean newMuted) {
        return new Listing(
                newPinned == null ? pinned : newPinned,
                newArchived == null ? archived : newArchived,
                newMuted == null ? muted : newMuted);
    }
}
