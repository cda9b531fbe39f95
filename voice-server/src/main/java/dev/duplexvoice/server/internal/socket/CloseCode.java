package dev.duplexvoice.server.internal.socket;

/** Why a connection is closed, as its client is told. */
final class CloseCode {
    static final int ENDED = 1000;
    static final int GOING_AWAY = 1001;
    static final int UNSUPPORTED = 1003;
    static final int POLICY = 1008;
    static final int INTERNAL = 1011;
    static final int OVERLOADED = 1013;
    static final int REPLACED = 4000;
    static final int NOT_STARTED = 4408;

    private CloseCode() {}
}
