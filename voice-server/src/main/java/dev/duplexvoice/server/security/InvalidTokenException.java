package dev.duplexvoice.server.security;

/** A token that proves nothing: tampered with, expired, of an unknown key. The message says why, and never has the token. */
public final class InvalidTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason {@code expired_token}, for the security log */
    InvalidTokenException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** Of a token that nobody gave out. */
    public static InvalidTokenException unknown() {
        return new InvalidTokenException("unknown_token", "this token is not known here");
    }

    /** Why, as a word: {@code expired_token}, {@code bad_signature}, {@code unknown_key}, {@code malformed_token}, {@code unknown_token}. */
    public String reason() {
        return reason;
    }
}
