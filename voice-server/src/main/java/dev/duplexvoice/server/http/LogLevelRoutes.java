package dev.duplexvoice.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.duplexvoice.logging.AuditLog;
import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.logging.LogLevels;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.internal.http.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Log levels while the server runs: {@code GET /api/v1/loglevel}, {@code PUT /api/v1/loglevel {logger?, level}}. */
public final class LogLevelRoutes {
    private final LogLevels levels;
    private final AuditLog audit;

    /** Of these, with changes in the audit log. */
    public LogLevelRoutes(LogLevels levels, AuditLog audit) {
        this.levels = Objects.requireNonNull(levels);
        this.audit = Objects.requireNonNull(audit);
    }

    /** Mounts them. */
    public void routes(RoutesConfig routes) {
        routes.get("/api/v1/loglevel", Access.to(Scope.OBSERVE, ctx -> Json.answer(ctx, 200, shown())));
        routes.put("/api/v1/loglevel", Access.to(Scope.ADMIN, this::change));
    }

    private void note(Context ctx, String logger, LogLevel before, LogLevel after) {
        audit.by(Access.principal(ctx).name())
                .did("log.level")
                .target("logger", logger)
                .from(Access.clientAddress(ctx))
                .request(Access.requestId(ctx))
                .details(Map.of("before", before.name(), "after", after.name()))
                .succeeded();
    }

    private Map<String, Object> shown() {
        Map<String, String> all = new LinkedHashMap<>();
        levels.all().forEach((logger, level) -> all.put(logger, level.name()));
        return Map.of("level", levels.get(LogLevels.ROOT).name(), "loggers", all);
    }

    private void change(Context ctx) {
        ObjectNode body = Json.body(ctx, true, List.of("logger", "level"));
        String name = Json.text(body, "level");
        if (name == null) {
            throw RequestError.invalid("level: is missing; give DEBUG, INFO, WARNING, ERROR or CRITICAL");
        }
        String given = Json.text(body, "logger");
        String logger = given == null ? LogLevels.ROOT : given;
        LogLevel before;
        LogLevel level;
        try {
            level = LogLevel.parse(name);
            before = levels.get(logger);
            levels.set(logger, level);
        } catch (IllegalArgumentException e) {
            throw RequestError.invalid(String.valueOf(e.getMessage()));
        }
        note(ctx, logger, before, level);
        Json.answer(ctx, 200, shown());
    }
}
