package dev.duplexvoice.server;

import java.util.Locale;

/** What somebody may do at a server. */
public enum Scope {
    /** Hold conversations. */
    TALK,
    /** Have texts spoken. */
    SPEAK,
    /** See sessions, figures and logs of everybody. */
    OBSERVE,
    /** End others' sessions and change log levels. */
    ADMIN;

    /** The name in tokens and configuration: the constant's, in lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
