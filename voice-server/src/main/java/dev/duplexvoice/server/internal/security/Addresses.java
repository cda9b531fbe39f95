package dev.duplexvoice.server.internal.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses of the internet as text; no name is ever looked up. */
public final class Addresses {
    private static final int IPV6_BYTES = 16;
    /** What one subscriber has of IPv6, RFC 6177. */
    private static final int SUBSCRIBER_BYTES = 8;

    private Addresses() {}

    /** An address without a name, with or without brackets or zone; null if it is none. */
    public static @Nullable InetAddress parse(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        int zone = bare.indexOf('%');
        bare = zone < 0 ? bare : bare.substring(0, zone);
        boolean v4 = bare.matches("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
        if (!v4 && !(bare.contains(":") && bare.matches("[0-9A-Fa-f:.]{2,45}"))) {
            return null;
        }
        try {
            return InetAddress.getByName(bare);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** What limits count: an IPv4 address, or the 64 bits of an IPv6 one that one subscriber has. */
    public static String limited(String address) {
        InetAddress parsed = parse(address);
        if (parsed == null || parsed.getAddress().length != IPV6_BYTES || parsed.isLoopbackAddress()) {
            return address;
        }
        byte[] bytes = parsed.getAddress();
        Arrays.fill(bytes, SUBSCRIBER_BYTES, IPV6_BYTES, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
