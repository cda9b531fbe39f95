package dev.duplexvoice.http;

/** Why an answer cannot be spoken, in words that follow the server's name. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    Refusal(String what) {
        super(what);
    }

    /** What it is, for a message. */
    String what() {
        return String.valueOf(getMessage());
    }
}
