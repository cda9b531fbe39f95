package dev.duplexvoice.server.internal.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses before anybody is asked: no HTTP, headers that are too large, no WebSocket at a path. */
public final class JettyErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException refused) {
            status = refused.getCode();
            response.setStatus(status);
        }
        if (HttpStatus.hasNoBody(status)) {
            callback.succeeded();
            return true;
        }
        Object known = request.getAttribute(Attributes.REQUEST_ID);
        String id = known == null ? RequestIds.of(request.getHeaders().get(RequestIds.HEADER)) : known.toString();
        request.setAttribute(Attributes.REQUEST_ID, id);
        response.getHeaders().put(RequestIds.HEADER, id);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorBody.TYPE);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        byte[] body = ErrorBody.of(status, ErrorBody.code(status), detail(status), id);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    /** Nothing of the request is repeated: it may be anything. */
    private static String detail(int status) {
        return switch (status) {
            case 400 -> "the request is no valid HTTP, or its path is ambiguous; see RFC 9112";
            case 404 -> "there is nothing at this path; GET /openapi.json tells what there is";
            case 405 -> "method: not for this path; GET /openapi.json tells what there is";
            case 408 -> "the request took too long to arrive";
            case 414 -> "the address of the request is too long";
            case 426 -> "Upgrade: this is a WebSocket; use a client for one, of version 13";
            case 431 -> "the headers of the request are too large";
            default ->
                status < 500 ? "the request is refused" : "the server failed; its log has the reason under request_id";
        };
    }
}
