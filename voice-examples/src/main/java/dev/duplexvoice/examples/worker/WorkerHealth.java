package dev.duplexvoice.examples.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.routing.CheckResult;
import dev.duplexvoice.grpc.routing.DependencyCheck;
import dev.duplexvoice.grpc.routing.DependencyChecks;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.HealthSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * How a worker does: whether its default voice can be borrowed, without which it is of no use, and whether its Redis answers, without
 * which it speaks on. Thread-safe.
 */
public final class WorkerHealth implements HealthSource {
    private static final String VOICE = "voice";
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final CheckResult NOT_YET = CheckResult.failed("the worker does not listen yet");

    private final VoiceEngine engine;
    private volatile @Nullable Listening listening;

    private record Listening(SpeechWorker worker, DependencyChecks checks) {}

    /** @param engine whose default voice is borrowed */
    public WorkerHealth(VoiceEngine engine) {
        this.engine = engine;
    }

    /** It listens, and perhaps registers. */
    public void listens(SpeechWorker worker, @Nullable Registration registration) {
        Map<String, DependencyCheck> checks = new LinkedHashMap<>();
        checks.put(VOICE, DependencyCheck.model(engine.voiceModels(), engine.defaultVoice()));
        if (registration != null) {
            checks.put("redis", registration.check());
        }
        listening = new Listening(worker, new DependencyChecks(checks, TIMEOUT));
    }

    @Override
    public CompletionStage<Map<String, Finding>> check() {
        Listening now = listening;
        CompletionStage<Map<String, CheckResult>> results =
                now == null ? CompletableFuture.completedStage(Map.of(VOICE, NOT_YET)) : now.checks.run();
        return results.thenApply(found -> {
            Map<String, Finding> findings = new LinkedHashMap<>();
            found.forEach(
                    (name, result) -> findings.put(name, new Finding(result.ok(), name.equals(VOICE), result.error())));
            return findings;
        });
    }

    @Override
    public boolean isDraining() {
        Listening now = listening;
        return now != null && now.worker.stats().draining();
    }
}
