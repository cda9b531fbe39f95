package dev.duplexvoice.server.internal.console;

import dev.duplexvoice.LoopStats;
import dev.duplexvoice.logging.LogTail;
import dev.duplexvoice.micrometer.VoiceMetrics;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.spi.GpuSource;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The console: {@code /} and {@code /console/…}, and what only it asks: {@code /api/v1/overview}, {@code /api/v1/performance}, {@code
 * /api/v1/logs}, {@code /api/v1/logs/stream}, {@code /api/v1/logs/download}. The page and its files are for everybody,
 * the figures and logs for those with {@link Scope#OBSERVE}.
 *
 * <pre>{@code
 * ConsoleRoutes console = ConsoleRoutes.builder(process.metrics(), process.pages(health))
 *         .activity(activity)
 *         .loops(engine::loops)
 *         .logs(logging.tail(LogTail.LINES))
 *         .build();
 * Javalin.create(config -> console.routes(config.routes));
 * }</pre>
 */
public final class ConsoleRoutes implements AutoCloseable {
    private final ConsoleFiles files = new ConsoleFiles();
    private final OverviewApi overview;
    private final PerformanceApi performance;
    private final @Nullable LogsApi logs;

    private ConsoleRoutes(Builder builder) {
        overview = new OverviewApi(builder.metrics, builder.pages, builder.activity);
        performance = new PerformanceApi(builder.metrics, builder.loops, builder.gpus);
        logs = builder.logs == null ? null : new LogsApi(builder.logs);
    }

    /** A builder; the pages tell how the process does. */
    public static Builder builder(VoiceMetrics metrics, OperatorPages pages) {
        return new Builder(metrics, pages);
    }

    /** The page and its files. */
    public void page(RoutesConfig routes) {
        Handler page = context -> files.serve(context, ConsoleFiles.PAGE);
        routes.get("/", page);
        // Else it would be answered without a look at the page.
        routes.head("/", page);
        routes.get("/console", context -> context.redirect("./"));
        routes.get("/console/<name>", context -> files.serve(context, context.pathParam("name")));
    }

    /** What the page asks; for another port than the page's, if operators have one. */
    public void apis(RoutesConfig routes) {
        observed(routes, "/api/v1/overview", context -> ConsoleJson.send(context, overview.get()));
        observed(routes, "/api/v1/performance", context -> ConsoleJson.send(context, performance.get()));
        LogsApi lines = logs;
        if (lines != null) {
            observed(routes, "/api/v1/logs", lines::lines);
            observed(routes, "/api/v1/logs/stream", lines::stream);
            observed(routes, "/api/v1/logs/download", lines::download);
        }
    }

    private static void observed(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, Access.to(Scope.OBSERVE, handler));
    }

    /** Both. */
    public void routes(RoutesConfig routes) {
        page(routes);
        apis(routes);
    }

    /** Ends log streams, which would hold up the end of the server. Idempotent. */
    @Override
    public void close() {
        if (logs != null) {
            logs.close();
        }
    }

    /** Collects what the console shows; not thread-safe. */
    public static final class Builder {
        private final VoiceMetrics metrics;
        private final OperatorPages pages;
        private Activity activity = new Activity();
        private Supplier<List<LoopStats>> loops = List::of;
        private Supplier<Collection<GpuSource.Gpu>> gpus = List::of;
        private @Nullable LogTail logs;

        private Builder(VoiceMetrics metrics, OperatorPages pages) {
            this.metrics = Objects.requireNonNull(metrics);
            this.pages = Objects.requireNonNull(pages);
        }

        /** Turns and averages of the last hour: what the engine's telemetry was given. */
        public Builder activity(Activity value) {
            activity = Objects.requireNonNull(value);
            return this;
        }

        /** How busy the audio loops are. */
        public Builder loops(Supplier<List<LoopStats>> value) {
            loops = Objects.requireNonNull(value);
            return this;
        }

        /** GPUs to show; none by default. */
        public Builder gpus(Supplier<Collection<GpuSource.Gpu>> value) {
            gpus = Objects.requireNonNull(value);
            return this;
        }

        /** The lines to show; without them there is no {@code /api/v1/logs}. */
        public Builder logs(LogTail value) {
            logs = Objects.requireNonNull(value);
            return this;
        }

        /** The console. */
        public ConsoleRoutes build() {
            return new ConsoleRoutes(this);
        }
    }
}
