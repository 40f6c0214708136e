package io.reprise.mcp.signin;

/** A sign-in cannot go on. The message is safe to show to people; it contains nothing of a token. */
public final class SignInFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean rejected;
    private final boolean suspect;

    private SignInFailure(String message, Throwable cause, boolean rejected, boolean suspect) {
        super(message, cause);
        this.rejected = rejected;
        this.suspect = suspect;
    }

    static SignInFailure of(String message) {
        return new SignInFailure(message, null, false, false);
    }

    static SignInFailure of(String message, Throwable cause) {
        return new SignInFailure(message, cause, false, false);
    }

    /** The authorization server does not accept what it was sent; the same has the same result again. */
    static SignInFailure rejected(String message) {
        return new SignInFailure(message, null, true, false);
    }

    /** It may be an attack. */
    static SignInFailure suspect(String message) {
        return new SignInFailure(message, null, false, true);
    }

    boolean isRejected() {
        return rejected;
    }

    /** Whether it counts as a failed attempt of its address. */
    public boolean isSuspect() {
        return suspect;
    }
}
