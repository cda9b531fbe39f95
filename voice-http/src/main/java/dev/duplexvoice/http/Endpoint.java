package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Where a server takes text.
 *
 * @param address of {@code /v1/audio/speech}
 * @param host its name and port, for messages
 */
record Endpoint(URI address, String host) {
    private static final String SPEECH = "/audio/speech";
    private static final int MAX_PORT = 65_535;

    /**
     * Finds it from the server's address. Messages do not repeat an address: somebody may have put a secret in it.
     *
     * @param base with {@code /v1} or without
     * @param hasKey whether requests carry a key
     * @param plainHttpAllowed whether the host vouches for the network
     */
    static Endpoint of(URI base, boolean hasKey, boolean plainHttpAllowed) {
        String scheme = base.getScheme() == null ? "" : base.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw bad("must begin with https:// or http://");
        }
        requirePort(base);
        if (base.getHost() == null) {
            throw bad("names no host");
        }
        if (base.getRawUserInfo() != null) {
            throw bad("holds a user or a password: put the key into an environment variable or a file");
        }
        if (base.getRawQuery() != null || base.getRawFragment() != null) {
            throw bad("has neither ? nor # in it");
        }
        String host = base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + base.getPort();
        if (scheme.equals("http") && !plainHttpAllowed) {
            requireNear(base.getHost(), host, hasKey);
        }
        String path = base.getRawPath().replaceAll("/+$", "");
        if (!path.endsWith(SPEECH)) {
            path += path.endsWith("/v1") ? SPEECH : "/v1" + SPEECH;
        }
        return new Endpoint(URI.create(scheme + "://" + host + path), host);
    }

    /** A port so long that it is no number leaves an address without a host, so the text is looked at. */
    private static void requirePort(URI base) {
        String authority = String.valueOf(base.getRawAuthority());
        String port = authority.substring(authority.lastIndexOf(':') + 1);
        if (base.getPort() > MAX_PORT || base.getPort() == 0 || base.getHost() == null && port.matches("\\d{6,}")) {
            throw bad("has the port " + Words.of(port) + ": must be 1 to " + MAX_PORT);
        }
    }

    /** What is said must not cross a foreign network in the clear, and a key must not cross any. */
    private static void requireNear(String name, String host, boolean hasKey) {
        boolean here = true;
        boolean near = true;
        try {
            for (InetAddress address : InetAddress.getAllByName(name)) {
                here &= address.isLoopbackAddress();
                near &= address.isLoopbackAddress()
                        || address.isSiteLocalAddress()
                        || address.isLinkLocalAddress()
                        || isUniqueLocal(address.getAddress());
            }
        } catch (UnknownHostException e) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND, "the server " + host + " cannot be found: check its name");
        }
        if (!near) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT,
                    "the server " + host + " is not in a private network: use https, or allow plain http to it");
        }
        if (hasKey && !here) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT,
                    "the server " + host
                            + " is not on this machine, and the key would be readable on the way: use https,"
                            + " leave the key out, or allow plain http to it");
        }
    }

    /** IPv6's private addresses, fc00::/7. */
    private static boolean isUniqueLocal(byte[] address) {
        return address.length == 16 && (address[0] & 0xfe) == 0xfc;
    }

    private static VoiceException bad(String what) {
        return new VoiceException(VoiceException.Code.INVALID_ARGUMENT, "the address of a server " + what);
    }
}
