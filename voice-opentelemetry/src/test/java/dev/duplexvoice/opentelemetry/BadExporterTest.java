package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.opentelemetry.support.Talk;
import dev.duplexvoice.opentelemetry.support.WordVoice;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What an SDK does wrong changes nothing for sessions. */
class BadExporterTest {
    private final AtomicInteger calls = new AtomicInteger();

    /** What is done where spans begin and end; the end is where an exporter without a queue works. */
    private OpenTelemetrySdk sdk(Runnable onStart, Runnable onEnd) {
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(new SpanProcessor() {
                            @Override
                            public void onStart(Context parent, ReadWriteSpan span) {
                                onStart.run();
                            }

                            @Override
                            public boolean isStartRequired() {
                                return true;
                            }

                            @Override
                            public void onEnd(ReadableSpan span) {
                                calls.incrementAndGet();
                                onEnd.run();
                            }

                            @Override
                            public boolean isEndRequired() {
                                return true;
                            }

                            @Override
                            public CompletableResultCode shutdown() {
                                return CompletableResultCode.ofSuccess();
                            }
                        })
                        .build())
                .build();
    }

    private void talk(OpenTelemetrySdk sdk, int times) throws InterruptedException {
        try (VoiceEngine engine = VoiceEngine.builder()
                .telemetry(VoiceTracing.create(sdk))
                .providers(List.of())
                .build()) {
            for (int i = 0; i < times; i++) {
                Talk.on(engine, new WordVoice(null));
            }
        }
    }

    @Test
    void shouldTalkOnWhenTheExporterBlocks() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (OpenTelemetrySdk sdk = sdk(() -> {}, () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        })) {
            talk(sdk, 2);
        } finally {
            release.countDown();
        }
        assertThat(calls).hasPositiveValue();
    }

    @Test
    void shouldTalkOnWhenTheExporterThrows() throws Exception {
        try (OpenTelemetrySdk sdk = sdk(() -> {}, () -> {
            throw new IllegalStateException("no disk");
        })) {
            talk(sdk, 2);
        }
        assertThat(calls).hasPositiveValue();
    }

    @Test
    void shouldTalkOnWhenNoSpanCanBeStarted() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        try (OpenTelemetrySdk sdk = sdk(
                () -> {
                    starts.incrementAndGet();
                    throw new IllegalStateException("no ids");
                },
                () -> {})) {
            talk(sdk, 2);
        }
        assertThat(starts).hasPositiveValue();
    }
}
