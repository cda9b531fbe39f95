package dev.duplexvoice.server.security;

import dev.duplexvoice.server.internal.security.Addresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proxies whose {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host} are believed. From anybody else those
 * headers are ignored, since clients can write into them what they like. Immutable.
 */
public final class TrustedProxies {
    private record Block(byte[] address, int bits) {
        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if ((other[i >> 3] & mask) != (address[i >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Block> blocks;

    private TrustedProxies(List<Block> blocks) {
        this.blocks = List.copyOf(blocks);
    }

    /** None: the address of the connection counts. */
    public static TrustedProxies none() {
        return new TrustedProxies(List.of());
    }

    /**
     * These.
     *
     * @param blocks addresses and blocks of them, {@code 10.0.0.5}, {@code 10.0.0.0/8}, {@code fd00::/8}
     * @throws IllegalArgumentException if one is none
     */
    public static TrustedProxies of(Collection<String> blocks) {
        List<Block> parsed = new ArrayList<>();
        for (String block : blocks) {
            parsed.add(block(block));
        }
        return new TrustedProxies(parsed);
    }

    private static Block block(String text) {
        int slash = text.indexOf('/');
        InetAddress address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException(
                    "trustedProxies=" + text + ": must be an address or a block such as 10.0.0.0/8");
        }
        byte[] bytes = address.getAddress();
        int all = 8 * bytes.length;
        String bits = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > all) {
            throw new IllegalArgumentException("trustedProxies=" + text + ": must have 0 to " + all + " bits behind /");
        }
        return new Block(bytes, Integer.parseInt(bits));
    }

    /** Whether a connection from here is one of a proxy. */
    public boolean trusts(String address) {
        InetAddress parsed = Addresses.parse(address);
        return parsed != null && blocks.stream().anyMatch(block -> block.has(parsed.getAddress()));
    }

    /**
     * Who asks: from the right, where proxies add, the first address that is not a proxy's own.
     *
     * @param connected the other end of the connection
     * @param forwardedFor the header's values, joined with commas; null if there is none
     */
    public String client(String connected, @Nullable String forwardedFor) {
        String client = connected;
        if (forwardedFor == null) {
            return client;
        }
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && trusts(client); i--) {
            InetAddress hop = Addresses.parse(hops[i].strip());
            if (hop == null) {
                return client;
            }
            client = hop.getHostAddress();
        }
        return client;
    }
}
