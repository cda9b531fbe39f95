package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.io.File;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ExternalProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;

/**
 * Starts the process of a benchmark that has a parameter {@code simd} with {@code VOICE_SIMD} set to it. JMH has no
 * setting for the environment, but lets a profiler put a command before the JVM's.
 */
public final class SimdPath implements ExternalProfiler {
    private static final List<String> FASTEST_FIRST = List.of("avx512", "avx2", "portable");

    /** For JMH. */
    public SimdPath() {}

    /** Those that this machine runs, the fastest first; only the one that {@code VOICE_SIMD} asks for if it is set. */
    public static List<String> available() {
        String best = new NativeVoiceProvider().simd();
        String wanted = System.getenv("VOICE_SIMD");
        return wanted != null && !wanted.isEmpty()
                ? List.of(best)
                : FASTEST_FIRST.subList(FASTEST_FIRST.indexOf(best), FASTEST_FIRST.size());
    }

    /** Fails if this process runs another one. */
    static void require(String simd) {
        String actual = new NativeVoiceProvider().simd();
        if (!simd.equals(actual)) {
            throw new IllegalStateException("simd=" + simd + ": this process runs " + actual);
        }
    }

    @Override
    public Collection<String> addJVMInvokeOptions(BenchmarkParams parameters) {
        String simd = parameters.getParam("simd");
        return simd == null || simd.isEmpty() ? List.of() : List.of("env", "VOICE_SIMD=" + simd);
    }

    @Override
    public Collection<String> addJVMOptions(BenchmarkParams parameters) {
        return List.of();
    }

    @Override
    public void beforeTrial(BenchmarkParams parameters) {}

    @Override
    public Collection<? extends Result<?>> afterTrial(BenchmarkResult result, long pid, File out, File err) {
        return List.of();
    }

    @Override
    public boolean allowPrintOut() {
        return true;
    }

    @Override
    public boolean allowPrintErr() {
        return true;
    }

    @Override
    public String getDescription() {
        return "Sets VOICE_SIMD for the benchmark's process";
    }
}
