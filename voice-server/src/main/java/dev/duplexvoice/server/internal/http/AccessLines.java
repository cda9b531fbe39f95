package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.logging.AccessLog;
import dev.duplexvoice.server.Principal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/** Logs what was answered, by Jetty itself too, such as requests that are no HTTP. Tokens in addresses are left out. */
public final class AccessLines implements RequestLog {
    private static final int LONGEST_TARGET = 2_000;
    private static final Pattern TOKEN = Pattern.compile("(?i)([?&](?:token|access_token)=)[^&]*");

    private final AccessLog log;

    /** Into this. */
    public AccessLines(AccessLog log) {
        this.log = log;
    }

    @Override
    public void log(Request request, Response response) {
        Object address = request.getAttribute(Attributes.CLIENT_ADDRESS);
        Object id = request.getAttribute(Attributes.REQUEST_ID);
        log.request(request.getMethod(), target(request.getHttpURI().getPathQuery()))
                .client(address == null ? Request.getRemoteAddr(request) : address.toString())
                .user(user(request))
                .protocol(request.getConnectionMetaData().getProtocol())
                .status(response.getStatus())
                .bytes(Response.getContentBytesWritten(response))
                .referer(request.getHeaders().get(HttpHeader.REFERER))
                .userAgent(request.getHeaders().get(HttpHeader.USER_AGENT))
                .took(Duration.ofNanos(System.nanoTime() - request.getBeginNanoTime()))
                .requestId(id == null ? null : id.toString())
                .log();
    }

    private static @Nullable String user(Request request) {
        return request.getAttribute(Principal.class.getName()) instanceof Principal who
                        && !who.name().equals("anonymous")
                ? who.name()
                : null;
    }

    static String target(@Nullable String pathAndQuery) {
        if (pathAndQuery == null) {
            return "-";
        }
        String shown = TOKEN.matcher(pathAndQuery).replaceAll("$1***");
        return shown.length() > LONGEST_TARGET ? shown.substring(0, LONGEST_TARGET) : shown;
    }
}
