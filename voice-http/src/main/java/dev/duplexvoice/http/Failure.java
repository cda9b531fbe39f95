package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;

/**
 * Why an attempt came to nothing. The exceptions behind it are told in words and not attached: what a server wrote is in some of
 * their messages.
 *
 * @param code what a session is told
 * @param what in words that follow the server's name
 * @param worthRetrying whether the next attempt may do better, if nothing was heard yet
 * @param asked how long the server asks to wait
 */
record Failure(VoiceException.Code code, String what, boolean worthRetrying, Duration asked) {

    static Failure lasting(String what) {
        return new Failure(VoiceException.Code.SYNTHESIS, what, false, Duration.ZERO);
    }

    static Failure passing(String what) {
        return passing(what, Duration.ZERO);
    }

    static Failure passing(String what, Duration asked) {
        return new Failure(VoiceException.Code.SYNTHESIS, what, true, asked);
    }

    /** @param secrets what no message may hold */
    static Failure of(Throwable thrown, String... secrets) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof VoiceException known) {
            return new Failure(known.code(), "cannot be asked: " + known.getMessage(), false, Duration.ZERO);
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return passing("does not take a connection in time");
        }
        if (cause instanceof ConnectException) {
            return passing(
                    cause.getCause() instanceof UnresolvedAddressException
                            ? "cannot be found: check its name"
                            : "cannot be reached: check that it runs and its address");
        }
        String words = Words.of(String.valueOf(cause.getMessage()), secrets);
        if (cause instanceof SSLException) {
            return lasting("has no TLS connection that can be trusted (" + words + ")");
        }
        return passing("broke the connection off (" + words + ")");
    }
}
