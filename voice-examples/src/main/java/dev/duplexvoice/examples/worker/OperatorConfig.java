package dev.duplexvoice.examples.worker;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.BearerToken;
import dev.duplexvoice.micrometer.operator.OperatorEndpoint;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where an operator may ask a worker, and who may: anybody on this machine unless told otherwise. */
final class OperatorConfig {
    boolean enabled = true;
    String host = "127.0.0.1";
    /** Null for the usual one, or a free one where that is taken. */
    @Nullable
    Integer port;

    @Nullable
    String worker;

    @Nullable
    Path tokenFile;

    @Nullable
    String tokenEnv;

    /**
     * Looks at everything that can be looked at without listening.
     *
     * @throws IllegalArgumentException if something cannot be used; the message names the key
     */
    void check() {
        if (port != null && (port < 0 || port > 65_535)) {
            throw new IllegalArgumentException("operator.port=" + port + ": must be 0 to 65535");
        }
        if (address(0).isUnresolved()) {
            throw new IllegalArgumentException(
                    "operator.host=" + host + ": there is no such address; give one of this machine's");
        }
        token();
    }

    private InetSocketAddress address(int at) {
        return new InetSocketAddress(host, at);
    }

    /** Begins to answer. */
    OperatorEndpoint start(OperatorPages pages) {
        if (ModuleLayer.boot().findModule("jdk.httpserver").isEmpty()) {
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    "operator.enabled=true: this Java has no module jdk.httpserver; use a whole one, or set it to false");
        }
        // The JDK's server has no limit by itself, and four who send nothing would keep everybody out.
        limit("sun.net.httpserver.maxReqTime", 10);
        limit("sun.net.httpserver.maxRspTime", 30);
        BearerToken token = token();
        Integer given = port;
        try {
            return start(given == null ? OperatorEndpoint.PORT : given, pages, token);
        } catch (BindException e) {
            if (given != null) {
                throw cannot(given, e);
            }
        } catch (IOException e) {
            throw cannot(given == null ? OperatorEndpoint.PORT : given, e);
        }
        try {
            return start(0, pages, token);
        } catch (IOException e) {
            throw cannot(0, e);
        }
    }

    private OperatorEndpoint start(int at, OperatorPages pages, @Nullable BearerToken token) throws IOException {
        return OperatorEndpoint.start(address(at), pages, token == null ? null : token::matches);
    }

    private VoiceException cannot(int at, IOException cause) {
        return new VoiceException(
                VoiceException.Code.IO,
                "operator.host=" + host + ", operator.port=" + at
                        + ": cannot be listened at; is another worker running there? Choose another port, or 0 for a free one",
                cause);
    }

    private static void limit(String property, int seconds) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(seconds));
        }
    }

    private @Nullable BearerToken token() {
        Path file = tokenFile;
        String variable = tokenEnv;
        if (file != null && variable != null) {
            throw new IllegalArgumentException(
                    "operator.token.file=" + file + ", operator.token.env=" + variable + ": give one of them");
        }
        if (file != null) {
            return keyed("operator.token.file", () -> BearerToken.ofFile(file));
        }
        return variable == null ? null : keyed("operator.token.env", () -> BearerToken.ofEnvironment(variable));
    }

    /** What the library refuses is told with the key of the file. */
    private static BearerToken keyed(String key, Supplier<BearerToken> making) {
        try {
            return making.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(key + message.substring(Math.max(0, message.indexOf('='))), e);
        }
    }
}
