package dev.duplexvoice.grpc.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a worker listens.
 *
 * @param host a name of letters, digits and hyphens, an IPv4 address, or an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record WorkerAddress(String host, int port) {
    private static final String SCHEME = "grpc://";
    private static final int LONGEST_HOST = 253;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.-]+");
    private static final Pattern IPV4 = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.-]+)?");
    private static final Pattern ALL_DIGITS = Pattern.compile("[0-9.]+");
    private static final Pattern TEXT = Pattern.compile("grpc://(\\[[^\\[\\]]*]|[^:\\[\\]]*):(\\d{1,5})");
    private static final int FIRST_MULTICAST = 224;

    /** @throws IllegalArgumentException if that is no host or port that a client could call */
    public WorkerAddress {
        if (host.isEmpty() || host.length() > LONGEST_HOST || !isHost(host)) {
            throw new IllegalArgumentException(
                    "host=" + Printable.of(host) + ": must be the name or the address of one machine"
                            + (host.indexOf('_') < 0
                                    ? ""
                                    : ", and gRPC calls no name with an underscore; give it another name or its address"));
        }
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("port=" + port + ": must be 1 to " + HIGHEST_PORT);
        }
    }

    private static boolean isHost(String host) {
        if (host.indexOf(':') >= 0) {
            // Nobody is called at "any address" or at a group's.
            return IPV6.matcher(host).matches()
                    && !host.regionMatches(true, 0, "ff", 0, 2)
                    && !host.matches("[0:]*")
                    && isCallable("[" + host + "]");
        }
        Matcher address = IPV4.matcher(host);
        if (address.matches()) {
            for (int i = 1; i <= 4; i++) {
                if (Integer.parseInt(address.group(i)) > 255) {
                    return false;
                }
            }
            int first = Integer.parseInt(address.group(1));
            return first != 0 && first < FIRST_MULTICAST;
        }
        // "127.1" and the like mean an address to some resolvers and a name to others.
        return !ALL_DIGITS.matcher(host).matches() && NAME.matcher(host).matches() && isCallable(host);
    }

    /** As gRPC looks at it: making a channel to anything else throws. */
    private static boolean isCallable(String host) {
        try {
            return new URI("//" + host + ":1").getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /**
     * Reads {@code grpc://host:port}, an IPv6 address in brackets.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static WorkerAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "addr=" + Printable.of(text) + ": must be grpc://host:port, for example grpc://10.0.0.7:7001");
        }
        String host = matcher.group(1);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
            if (host.indexOf(':') < 0) {
                throw new IllegalArgumentException(
                        "addr=" + Printable.of(text) + ": what is in brackets must be an IPv6 address");
            }
        }
        try {
            return new WorkerAddress(host, Integer.parseInt(matcher.group(2)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("addr=" + Printable.of(text) + ": " + e.getMessage(), e);
        }
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** As it is on the wire, {@code grpc://host:port}. */
    @Override
    public String toString() {
        return SCHEME + authority();
    }
}
