package dev.duplexvoice.server.internal.serve;

import dev.duplexvoice.LoopStats;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.HealthSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a server does: whether its voice can be borrowed, whether its audio loops keep up, and what the host adds. Each check has five
 * seconds. Thread-safe.
 */
public final class ServerHealth implements HealthSource {
    private static final int SECONDS = 5;
    /** An audio loop that works all of its time is late with everything. */
    private static final double TOO_BUSY = 0.95;

    private final VoiceEngine engine;
    private final Map<String, Supplier<CompletionStage<Finding>>> checks;
    /** Why nobody can be served yet; null when they can. */
    private volatile @Nullable String cold = "the voices are being loaded";

    private volatile boolean draining;

    /** @param more checks of the host's, by name */
    public ServerHealth(VoiceEngine engine, Map<String, Supplier<CompletionStage<Finding>>> more) {
        this.engine = engine;
        checks = new LinkedHashMap<>();
        checks.put("voice", this::voice);
        checks.put("loops", this::loops);
        checks.putAll(more);
    }

    /** The voices are in memory and have spoken. */
    public void warm() {
        cold = null;
    }

    /** They are not, and for this reason will not be. */
    public void cold(String why) {
        cold = why;
    }

    /** Nobody new is taken. */
    public void draining() {
        draining = true;
    }

    @Override
    public boolean isDraining() {
        return draining;
    }

    @Override
    public CompletionStage<Map<String, Finding>> check() {
        Map<String, CompletableFuture<Finding>> running = new LinkedHashMap<>();
        checks.forEach((name, check) -> running.put(name, run(check)));
        return CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<String, Finding> findings = new LinkedHashMap<>();
                    running.forEach((name, finding) -> findings.put(name, finding.join()));
                    return findings;
                });
    }

    private static CompletableFuture<Finding> run(Supplier<CompletionStage<Finding>> check) {
        try {
            return check.get()
                    .toCompletableFuture()
                    // Of a copy: what the check itself holds is not to be completed by others.
                    .copy()
                    .completeOnTimeout(
                            new Finding(false, true, "no answer within " + SECONDS + " s"), SECONDS, TimeUnit.SECONDS)
                    .exceptionally(failure -> new Finding(false, true, reason(failure)));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(new Finding(false, true, reason(e)));
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getMessage());
    }

    private CompletionStage<Finding> voice() {
        String why = cold;
        if (why != null) {
            return CompletableFuture.completedFuture(new Finding(false, true, why));
        }
        return engine.voiceModels()
                .acquire(engine.defaultVoice(), "health check")
                .thenApply(lease -> {
                    lease.close();
                    return new Finding(true, true, null);
                });
    }

    private CompletionStage<Finding> loops() {
        for (LoopStats loop : engine.loops()) {
            if (loop.load() > TOO_BUSY) {
                return CompletableFuture.completedFuture(new Finding(
                        false,
                        false,
                        "an audio loop worked " + Math.round(loop.load() * 100) + " % of the last second"));
            }
        }
        return CompletableFuture.completedFuture(new Finding(true, false, null));
    }
}
