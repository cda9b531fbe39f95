package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.RequestError;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.servlet.JavalinWsServletContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what handlers throw. */
public final class ErrorAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);
    private static final String SEE_LOG = "the server failed; its log has the reason under request_id";

    private ErrorAnswers() {}

    /** What a handler refuses. */
    public static void refused(RequestError error, Context ctx) {
        error.headers().forEach(ctx.res()::setHeader);
        if (error.status() >= 500) {
            LOG.atWarn().setCause(error.getCause()).log("A request failed: {}", error.getMessage());
        }
        write(ctx, error.status(), error.code(), String.valueOf(error.getMessage()));
    }

    /** What the engine refuses. */
    public static void voice(VoiceException error, Context ctx) {
        int status = switch (error.code()) {
            case INVALID_ARGUMENT, UNSUPPORTED -> 400;
            case NOT_FOUND -> 404;
            case OVERLOADED, DRAINING, UNAVAILABLE -> 503;
            default -> 500;
        };
        if (status == 503) {
            ctx.header("Retry-After", "1");
        }
        if (status == 500) {
            LOG.atError()
                    .setCause(error)
                    .addKeyValue("error_type", error.code())
                    .log("A request failed");
        }
        String code = error.code().name().toUpperCase(Locale.ROOT);
        // A message of ours may name files of this machine.
        write(ctx, status, code, status == 500 ? SEE_LOG : String.valueOf(error.getMessage()));
    }

    /**
     * What Javalin refuses.
     *
     * @param tooLarge what it says of a body that is
     */
    public static void javalin(HttpResponseException error, Context ctx, String tooLarge) {
        int status = error.getStatus();
        String detail = String.valueOf(error.getMessage());
        if (status == 404) {
            detail = "there is nothing at this path; GET /openapi.json tells what there is";
        } else if (status == 405) {
            String allowed = error.getDetails()
                    .getOrDefault("availableMethods", error.getDetails().get("Available methods"));
            if (allowed != null) {
                ctx.header("Allow", allowed);
            }
            detail = "method: not for this path; use " + allowed;
        } else if (status == 413) {
            detail = tooLarge;
            ctx.header("Connection", "close");
        }
        write(ctx, status, ErrorBody.code(status), detail);
    }

    /** What nobody thought of. */
    public static void unexpected(Exception error, Context ctx) {
        LOG.atError().setCause(error).log("A request failed: {} {}", ctx.req().getMethod(), ctx.path());
        write(ctx, 500, "INTERNAL_ERROR", SEE_LOG);
    }

    /** What is worse than an exception. */
    public static void fatal(HttpServletResponse response, Error error) {
        LOG.atError().setCause(error).log("A request failed");
        String id = String.valueOf(response.getHeader(RequestIds.HEADER));
        write(response, 500, ErrorBody.of(500, "INTERNAL_ERROR", SEE_LOG, id));
    }

    private static void write(Context ctx, int status, String code, String detail) {
        byte[] body = ErrorBody.of(status, code, detail, Access.requestId(ctx));
        if (ctx instanceof JavalinWsServletContext) {
            // Javalin does not write the result of an upgrade that did not come about.
            ctx.res().setHeader("Sec-WebSocket-Protocol", null);
            write(ctx.res(), status, body);
            return;
        }
        ctx.status(status).contentType(ErrorBody.TYPE).result(body);
    }

    private static void write(HttpServletResponse response, int status, byte[] body) {
        if (response.isCommitted()) {
            return;
        }
        response.setStatus(status);
        response.setContentType(ErrorBody.TYPE);
        response.setContentLength(body.length);
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("Somebody did not wait for an error");
        }
    }
}
