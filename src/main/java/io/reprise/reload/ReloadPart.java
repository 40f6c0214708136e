package io.reprise.reload;

import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.SettingsProblem;
import java.util.List;

/**
 * Port: a part of the server that is built from settings and replaced when they change. All parts are prepared before any
 * is replaced, so that a part which cannot be built changes nothing.
 */
@FunctionalInterface
public interface ReloadPart {
    /**
     * Builds the part for other settings and files, beside the one in use. May block.
     *
     * @throws UnfitException with every reason if they are wrong
     * @throws RuntimeException with a message for the operator if it cannot be built
     */
    Prepared prepare(Settings next, ConfigFiles files);

    /** A part that was built. Either method is called once. */
    interface Prepared {
        /** The settings are in use. What is replaced ends when nothing uses it any more. */
        void commit();

        /** Another part could not be built. */
        void abandon();

        /** What becomes different beside settings, in words such as {@code model fast}. */
        default List<String> changes() {
            return List.of();
        }
    }

    /** The files are wrong, with every reason. */
    final class UnfitException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<SettingsProblem> problems;

        public UnfitException(List<SettingsProblem> problems) {
            super(String.valueOf(problems));
            this.problems = List.copyOf(problems);
        }

        public List<SettingsProblem> problems() {
            return problems;
        }
    }
}
