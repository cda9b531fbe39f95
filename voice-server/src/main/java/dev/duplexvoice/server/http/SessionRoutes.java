package dev.duplexvoice.server.http;

import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.http.Json;
import dev.duplexvoice.server.sessions.SessionDirectory;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;

/** Sessions and users: {@code GET /api/v1/sessions[/ID]}, {@code DELETE /api/v1/sessions/ID}, {@code GET /api/v1/users/ID}. */
public final class SessionRoutes {
    private final SessionDirectory directory;
    private final AuditLog audit;

    /** Of these sessions, with their ends in the audit log. */
    public SessionRoutes(SessionDirectory directory, AuditLog audit) {
        this.directory = Objects.requireNonNull(directory);
        this.audit = Objects.requireNonNull(audit);
    }

    /** Mounts them. */
    public void routes(RoutesConfig routes) {
        routes.get("/api/v1/sessions", Access.to(Scope.OBSERVE, this::all));
        routes.get("/api/v1/sessions/{id}", Access.to(Scope.OBSERVE, this::one));
        routes.delete("/api/v1/sessions/{id}", Access.to(Scope.ADMIN, this::end));
        routes.get("/api/v1/users/{id}", Access.to(Scope.OBSERVE, this::user));
    }

    private void all(Context ctx) {
        Json.answer(ctx, 200, Map.of("live", directory.live(), "ended", directory.ended()));
    }

    private void one(Context ctx) {
        String id = ctx.pathParam("id");
        Json.answer(ctx, 200, directory.timeline(id).orElseThrow(() -> unknown("session_id", id)));
    }

    private void end(Context ctx) {
        String id = ctx.pathParam("id");
        if (!directory.end(id, Access.principal(ctx).name())) {
            throw RequestError.notFound(
                    "session_id=" + Json.shown(id) + ": no session of this id lives; see GET /api/v1/sessions");
        }
        audit.by(Access.principal(ctx).name())
                .did("session.close")
                .session(id)
                .from(Access.clientAddress(ctx))
                .request(Access.requestId(ctx))
                .succeeded();
        Json.answer(ctx, 202, Map.of("success", true, "session_id", id));
    }

    private void user(Context ctx) {
        String id = ctx.pathParam("id");
        Json.answer(ctx, 200, directory.user(id).orElseThrow(() -> unknown("user_id", id)));
    }

    private static RequestError unknown(String what, String id) {
        return RequestError.notFound(what + "=" + Json.shown(id) + ": is not known here, or not any more");
    }
}
