package dev.duplexvoice.server.http;

import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.micrometer.operator.Page;
import dev.duplexvoice.server.Scope;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * An operator's pages: {@link OperatorPages#PATHS}. Health, readiness and liveness are for everybody, who is told no more than the status
 * unless it has {@link Scope#OBSERVE}; the others are for those only.
 */
public final class OperatorRoutes {
    /** What everybody may ask: load balancers and supervisors can show no token. */
    public static final List<String> PUBLIC = List.of("/health", "/readiness", "/liveness");

    private final OperatorPages pages;

    /** These. */
    public OperatorRoutes(OperatorPages pages) {
        this.pages = Objects.requireNonNull(pages);
    }

    /** Mounts them all. */
    public void routes(RoutesConfig routes) {
        routes(routes, OperatorPages.PATHS);
    }

    /** Mounts some of them. */
    public void routes(RoutesConfig routes, Collection<String> paths) {
        for (String path : paths) {
            if (PUBLIC.contains(path)) {
                Handler handler =
                        ctx -> answer(ctx, pages.get(path, Access.principal(ctx).may(Scope.OBSERVE)));
                routes.get(path, handler);
                // Javalin answers HEAD with 200 by itself, whatever GET would say.
                routes.head(path, handler);
            } else {
                routes.get(path, Access.to(Scope.OBSERVE, ctx -> answer(ctx, pages.get(path, true))));
            }
        }
    }

    private static void answer(Context ctx, Page page) {
        ctx.status(page.status()).contentType(page.contentType()).result(page.body());
    }
}
