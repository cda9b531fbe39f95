package dev.duplexvoice.packs;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an address and follows where it leads. {@link HttpURLConnection}, because it is in {@code java.base} and its read timeout
 * counts from one packet to the next, which is what a stall is; redirects are followed here, because only so can be refused what leaves
 * TLS.
 */
final class HttpSource {
    private static final int MAX_REDIRECTS = 10;
    private static final int MAX_PORT = 65_535;

    private final ProxyChoice proxies;
    private final int connectMillis;
    private final int stallMillis;

    HttpSource(ProxyChoice proxies, Duration connectTimeout, Duration stallTimeout) {
        this.proxies = proxies;
        this.connectMillis = Math.toIntExact(connectTimeout.toMillis());
        this.stallMillis = Math.toIntExact(stallTimeout.toMillis());
    }

    /** Whether it can be asked; {@code URI} takes ports that no connection has. */
    static boolean isWeb(URI url) {
        String scheme = url.getScheme();
        return ("https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme))
                && url.getHost() != null
                && url.getPort() != 0
                && url.getPort() <= MAX_PORT;
    }

    /** An answer that is no redirect. Closing it breaks the connection off unless all was read. */
    static final class Answer implements AutoCloseable {
        private final HttpURLConnection connection;
        private final URI url;
        private final int status;

        private Answer(HttpURLConnection connection, URI url, int status) {
            this.connection = connection;
            this.url = url;
            this.status = status;
        }

        int status() {
            return status;
        }

        /** What was asked in the end, after all redirects. */
        URI url() {
            return url;
        }

        @Nullable
        String header(String name) {
            return connection.getHeaderField(name);
        }

        /** What {@code Content-Length} says; -1 if nothing. */
        long length() {
            return connection.getContentLengthLong();
        }

        InputStream body() throws IOException {
            return connection.getInputStream();
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    /**
     * @throws Transient if nobody answered this time
     * @throws VoiceException if it is pointless to ask again
     */
    Answer get(URI first, Map<String, String> headers) throws Transient {
        URI url = first;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            ProxyChoice.Choice choice = proxies.of(url);
            HttpURLConnection connection = open(url, choice, headers);
            int status = status(connection, url, choice.describe(url.getHost()));
            URI next = next(connection, url, status);
            if (next == null) {
                return new Answer(connection, url, status);
            }
            connection.disconnect();
            url = next;
        }
        throw failure(first + ": more than " + MAX_REDIRECTS + " redirects, the last to " + url
                + "; the address is wrong or the server is, try a mirror");
    }

    private HttpURLConnection open(URI url, ProxyChoice.Choice choice, Map<String, String> headers) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(choice.proxy());
            if (choice.authenticator() != null) {
                connection.setAuthenticator(choice.authenticator());
            }
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setConnectTimeout(connectMillis);
            connection.setReadTimeout(stallMillis);
            connection.setRequestProperty("User-Agent", "duplexvoice");
            // A packed body would have another length, and no place to go on from.
            connection.setRequestProperty("Accept-Encoding", "identity");
            headers.forEach(connection::setRequestProperty);
            return connection;
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, url + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private int status(HttpURLConnection connection, URI url, String server) throws Transient {
        try {
            int status = connection.getResponseCode();
            if (status < 0) {
                throw new Transient(server + " did not answer in HTTP", (Throwable) null);
            }
            return status;
        } catch (UnknownHostException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    server + ": no host " + e.getMessage()
                            + " is known here; check the network, or give a proxy or a mirror",
                    e);
        } catch (SSLException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    server + ": no trust in its certificate (" + Complaints.quote(String.valueOf(e.getMessage()))
                            + "); if a proxy of your own opens TLS, give Java its certificate with"
                            + " JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=F",
                    e);
        } catch (ProtocolException e) {
            throw failure(url + ": " + Complaints.quote(String.valueOf(e.getMessage()))
                    + "; check user and password of the proxy");
        } catch (SocketTimeoutException e) {
            throw new Transient(server + " does not answer", e);
        } catch (Transient e) {
            throw e;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Unable to tunnel")) {
                throw failure(server + ": the proxy refuses: " + Complaints.quote(String.valueOf(e.getMessage()))
                        + "; check the proxy that was given or HTTPS_PROXY names");
            }
            throw new Transient(server + ": " + Complaints.quote(String.valueOf(e.getMessage())), e);
        }
    }

    /** Where a redirect leads; null if the answer is none. */
    private static @Nullable URI next(HttpURLConnection connection, URI url, int status) {
        String location = connection.getHeaderField("Location");
        if (location == null || status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            return null;
        }
        URI next;
        try {
            next = url.resolve(location);
        } catch (IllegalArgumentException e) {
            throw failure(url + " leads to " + Complaints.quote(location) + ", which is no address; try a mirror");
        }
        if (!isWeb(next)) {
            throw failure(url + " leads to " + next
                    + ", which is no web address (or its port is not 1 to 65535); try a mirror");
        }
        if ("https".equalsIgnoreCase(url.getScheme())
                && !"https".equals(next.getScheme().toLowerCase(Locale.ROOT))) {
            throw failure(url + " leads to " + next + ", out of TLS, which is refused; try a mirror");
        }
        return next;
    }

    static VoiceException failure(String message) {
        return new VoiceException(VoiceException.Code.IO, message);
    }
}
