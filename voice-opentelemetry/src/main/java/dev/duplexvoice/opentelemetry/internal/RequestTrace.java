package dev.duplexvoice.opentelemetry.internal;

import dev.duplexvoice.telemetry.TraceContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a request belongs to. It is somebody else's, so nothing is begun or told here. */
public final class RequestTrace extends TraceContext {
    private static final TextMapGetter<Function<String, @Nullable String>> GETTER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> headers, String key) {
            return headers == null ? null : headers.apply(key);
        }
    };

    private final Context context;

    private RequestTrace(Context context) {
        this.context = context;
    }

    /** Of a request with these headers, on the thread that it came with; NONE if it belongs to nothing. */
    public static TraceContext of(TextMapPropagator propagator, Function<String, @Nullable String> headers) {
        Context here = ParentContext.current();
        // A host that traces its requests itself is the nearer parent, and a child of the client already.
        Context context =
                Span.fromContext(here).getSpanContext().isValid() ? here : propagator.extract(here, headers, GETTER);
        return context == Context.root() ? NONE : new RequestTrace(context);
    }

    @Override
    protected TraceContext onBegin(Begin work) {
        return NONE;
    }

    @Override
    protected Scope onEnter(@Nullable String turnId) {
        return LogIds.enter(context);
    }

    @Override
    protected void onFailed(Throwable cause) {}
}
