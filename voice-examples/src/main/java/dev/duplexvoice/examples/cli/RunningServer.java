package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.BearerToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The worker or server that an operator's command asks. */
final class RunningServer {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TOKEN = "VOICE_OPERATOR_TOKEN";
    private static final int LARGEST = 16 << 20;
    /** The status of an answer that is none, as {@link HttpURLConnection} has it. */
    private static final int NO_HTTP = -1;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The operator's address, as voice worker or voice serve prints it: ${DEFAULT-VALUE}.",
            defaultValue = "http://127.0.0.1:9464")
    private String url = "";

    @Option(
            names = "--token-file",
            paramLabel = "F",
            description = "Holds the token, if one is wanted; else " + TOKEN + " may.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            description = "Seconds to wait: ${DEFAULT-VALUE}.",
            defaultValue = "10")
    private int timeout;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    boolean json() {
        return json;
    }

    /**
     * A page, which is a JSON object with this field.
     *
     * @throws IllegalArgumentException if an option is wrong
     * @throws VoiceException if it cannot be had; one line says why
     */
    JsonNode get(String path, String field) {
        URI page = page(path);
        if (timeout < 1 || timeout > 600) {
            throw new IllegalArgumentException("--timeout=" + timeout + ": must be 1 to 600 seconds");
        }
        BearerToken token = token();
        try {
            JsonNode answer = ask(page, token);
            if (!answer.isObject() || !answer.has(field)) {
                throw notOurs("what it answers is no page of ours");
            }
            return answer;
        } catch (SocketTimeoutException e) {
            throw failed("no answer within " + timeout + " s; is it stuck? --timeout waits longer", e);
        } catch (ConnectException e) {
            throw failed(
                    "nothing listens there; start voice worker or voice serve, or give the address that it printed with --url",
                    e);
        } catch (UnknownHostException e) {
            throw failed("there is no such host", e);
        } catch (SSLException e) {
            throw failed(
                    "its TLS is not trusted here: " + e.getMessage() + "; give Java a store that has its certificate:"
                            + " JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=F.p12",
                    e);
        } catch (JsonProcessingException e) {
            throw notOurs("what it answers is no JSON");
        } catch (IOException e) {
            throw notOurs(String.valueOf(e.getMessage()));
        }
    }

    private URI page(String path) {
        try {
            URI base = new URI(url);
            String scheme = String.valueOf(base.getScheme());
            if (base.getHost() != null
                    && base.getUserInfo() == null
                    && (scheme.equals("http") || scheme.equals("https"))) {
                return new URI(url.replaceAll("[/?#]+$", "") + path);
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw new IllegalArgumentException("--url=" + url + ": must be http://host:port, or https");
    }

    private @Nullable BearerToken token() {
        if (tokenFile != null) {
            return BearerToken.ofFile(tokenFile);
        }
        return System.getenv(TOKEN) == null ? null : BearerToken.ofEnvironment(TOKEN);
    }

    private JsonNode ask(URI page, @Nullable BearerToken token) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
        HttpURLConnection connection = (HttpURLConnection) page.toURL().openConnection();
        connection.setConnectTimeout(timeout * 1_000);
        connection.setReadTimeout(timeout * 1_000);
        // A token must not go elsewhere.
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        if (token != null) {
            connection.setRequestProperty("Authorization", token.header());
        }
        try {
            int status = connection.getResponseCode();
            if (status == NO_HTTP) {
                throw notOurs("it does not speak HTTP, as a gRPC port does not");
            }
            if (status == HttpURLConnection.HTTP_UNAUTHORIZED) {
                throw failed(
                        token == null
                                ? "wants a token; give --token-file, or put it into " + TOKEN
                                : "this is not its token; give one that its operator.token, or a server's"
                                        + " security.tokens, names",
                        null);
            }
            if (status == HttpURLConnection.HTTP_FORBIDDEN) {
                throw failed("may not be asked with this token; give one with the scope observe", null);
            }
            if (status != HttpURLConnection.HTTP_OK) {
                throw notOurs("HTTP status " + status);
            }
            try (InputStream in = connection.getInputStream()) {
                return MAPPER.readTree(read(in, until));
            }
        } finally {
            connection.disconnect();
        }
    }

    /** Neither without end nor for ever. */
    private byte[] read(InputStream in, long until) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8_192];
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            body.write(buffer, 0, got);
            if (body.size() > LARGEST) {
                throw notOurs("it answers with more than 16 MiB");
            }
            if (System.nanoTime() - until > 0) {
                throw new SocketTimeoutException();
            }
        }
        return body.toByteArray();
    }

    private VoiceException notOurs(String why) {
        return failed(
                "is no operator's endpoint of Duplex Voice: " + why
                        + "; voice worker and voice serve print its address",
                null);
    }

    private VoiceException failed(String why, @Nullable Throwable cause) {
        return new VoiceException(VoiceException.Code.IO, url + ": " + why, cause);
    }
}
