package dev.duplexvoice.server.internal.http;

/** What is known of a request, by the names under which it is kept at it. */
public final class Attributes {
    /** Its id, text. */
    public static final String REQUEST_ID = "dev.duplexvoice.request_id";
    /** The address of who asks, behind proxies too; text. */
    public static final String CLIENT_ADDRESS = "dev.duplexvoice.client_address";
    /** Scheme and host that it was sent to, behind proxies too; text. */
    public static final String SENT_TO = "dev.duplexvoice.sent_to";

    private Attributes() {}
}
