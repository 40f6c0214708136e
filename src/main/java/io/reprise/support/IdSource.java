package io.reprise.support;

import java.security.SecureRandom;
import java.util.Base64;

/** Port: creates identifiers; seeded in randomised tests. */
@FunctionalInterface
public interface IdSource {
    /** A new identifier of [A-Za-z0-9_-], at most 64 characters, that begins with {@code prefix}. */
    String next(String prefix);

    /** 120 random bits behind the prefix. */
    static IdSource random() {
        SecureRandom random = new SecureRandom();
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return prefix -> {
            byte[] bits = new byte[15];
            random.nextBytes(bits);
            return prefix + encoder.encodeToString(bits);
        };
    }
}
