package dev.duplexvoice.packs;

import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Through which proxy an address is reached: the one that was given; else that of {@code HTTPS_PROXY}, {@code HTTP_PROXY} or
 * {@code ALL_PROXY} in capitals or not, unless {@code NO_PROXY} names the host; else what the JVM was told.
 */
final class ProxyChoice {
    private static final String REMEDY = "must be http://[user:password@]host:port or socks5://host:port";

    private final @Nullable String given;
    private final Function<String, @Nullable String> env;

    ProxyChoice(@Nullable String given, Function<String, @Nullable String> env) {
        this.given = given;
        this.env = env;
        if (given != null) {
            address("proxy", given);
        }
    }

    /** A proxy with what it needs to be asked. */
    record Choice(Proxy proxy, @Nullable Authenticator authenticator) {

        /** How a message names a host that is reached so. */
        String describe(@Nullable String host) {
            return proxy.address() instanceof InetSocketAddress address
                    ? host + " through the proxy " + address.getHostString() + ":" + address.getPort()
                    : String.valueOf(host);
        }
    }

    Choice of(URI target) {
        String host = String.valueOf(target.getHost()).toLowerCase(Locale.ROOT);
        if (isExcepted(host, target.getPort())) {
            return new Choice(Proxy.NO_PROXY, null);
        }
        if (given != null) {
            return choice(address("proxy", given));
        }
        boolean secure = "https".equalsIgnoreCase(target.getScheme());
        for (String name : List.of(secure ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY")) {
            String value = variable(name);
            if (value != null) {
                return choice(address(name, value));
            }
        }
        List<Proxy> known = ProxySelector.getDefault() == null
                ? List.of()
                : ProxySelector.getDefault().select(target);
        return new Choice(known.isEmpty() ? Proxy.NO_PROXY : known.get(0), null);
    }

    private @Nullable String variable(String name) {
        String lower = env.apply(name.toLowerCase(Locale.ROOT));
        String value = lower == null || lower.isBlank() ? env.apply(name) : lower;
        return value == null || value.isBlank() ? null : value.strip();
    }

    private boolean isExcepted(String host, int port) {
        String exceptions = variable("NO_PROXY");
        if (exceptions == null) {
            return false;
        }
        for (String exception : exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            String name = exception;
            int colon = name.lastIndexOf(':');
            if (colon > 0 && name.indexOf(':') == colon) { // with a port; more colons are an IPv6 address
                if (!name.substring(colon + 1).equals(Integer.toString(port))) {
                    continue;
                }
                name = name.substring(0, colon);
            }
            String domain = name.startsWith(".") ? name : "." + name;
            if (name.equals("*") || !name.isEmpty() && ("." + host).endsWith(domain)) {
                return true;
            }
        }
        return false;
    }

    private static URI address(String name, String value) {
        try {
            URI address = new URI(value.contains("://") ? value : "http://" + value);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (address.getHost() != null
                    && address.getPort() > 0
                    && address.getPort() < 65_536
                    && List.of("http", "socks5", "socks5h", "socks").contains(scheme)) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below, as what is no proxy is
        }
        // The value may hold a password.
        throw new IllegalArgumentException(name + "=" + value.replaceAll("//[^/@]*@", "//...@") + ": " + REMEDY);
    }

    private static Choice choice(URI address) {
        boolean socks =
                String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT).startsWith("socks");
        Proxy proxy = new Proxy(
                socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP,
                new InetSocketAddress(address.getHost(), address.getPort()));
        return new Choice(proxy, authenticator(address));
    }

    private static @Nullable Authenticator authenticator(URI address) {
        String user = address.getRawUserInfo();
        if (user == null) {
            return null;
        }
        int colon = user.indexOf(':');
        String name = decode(colon < 0 ? user : user.substring(0, colon));
        char[] password = decode(colon < 0 ? "" : user.substring(colon + 1)).toCharArray();
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY ? new PasswordAuthentication(name, password) : null;
            }
        };
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
