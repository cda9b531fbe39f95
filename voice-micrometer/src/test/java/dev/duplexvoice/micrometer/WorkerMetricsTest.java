package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.ControlResponse;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.model.UnloadPolicy;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A worker tells of itself what its clients see. */
class WorkerMetricsTest {
    private final PrometheusMeterRegistry registry = Scrape.registry();

    @Test
    void shouldCountWhatAWorkerDoes() throws Exception {
        int samples;
        try (VoiceMetrics metrics = VoiceMetrics.builder().worker("tts-a@0").build()) {
            metrics.bindTo(registry);
            VoiceEngine engine =
                    VoiceEngine.builder().voice("rms").telemetry(metrics).build();
            SpeechWorker worker = SpeechWorker.builder(engine).port(0).start();
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", worker.port())
                    .usePlaintext()
                    .build();
            try {
                TTSServiceGrpc.TTSServiceBlockingStub stub = TTSServiceGrpc.newBlockingStub(channel);
                stub.startSession(StartSessionRequest.newBuilder()
                        .setSessionId("mine")
                        .setModelId("rms")
                        .build());
                samples = speak("127.0.0.1:" + worker.port());
                ControlResponse reloaded = stub.control(ControlRequest.newBuilder()
                        .setSessionId("mine")
                        .setCommand(ControlCommand.RELOAD)
                        .build());
                assertThat(reloaded.getSuccess()).isTrue();
                stub.endSession(
                        EndSessionRequest.newBuilder().setSessionId("mine").build());
                engine.voiceModels()
                        .preload(List.of("kal16"))
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
                engine.voiceModels()
                        .unload("kal16", UnloadPolicy.REFUSE)
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
            } finally {
                channel.shutdownNow();
                channel.awaitTermination(10, TimeUnit.SECONDS);
                worker.close();
                // All events have been told when this returns.
                engine.close();
            }
            Scrape scrape = Scrape.of(registry);
            String[] model = {"worker", "tts-a@0", "model_id", "rms"};
            assertThat(scrape.sum("worker_synthesis_requests_total", model)).isEqualTo(1);
            assertThat(scrape.sum("worker_synthesis_duration_ms_count", model)).isEqualTo(1);
            assertThat(scrape.sum("worker_inference_latency_ms_count", model)).isEqualTo(1);
            assertThat(scrape.sum("worker_inference_rtf_count", model)).isEqualTo(1);
            // Making it took no longer than all of the synthesis did, however busy the machine was.
            assertThat(scrape.sum("worker_inference_rtf_sum", model))
                    .isGreaterThan(0.0001)
                    .isLessThanOrEqualTo(
                            scrape.sum("worker_synthesis_duration_ms_sum", model) / (samples / 48.0) + 1e-3);
            assertThat(scrape.sum("worker_audio_frames_emitted_total", "worker", "tts-a@0"))
                    .isEqualTo((samples + 959) / 960);
            assertThat(scrape.sum("worker_sessions_active", "worker", "tts-a@0", "adapter_type", "flite"))
                    .isZero();
            String[] command = {"worker", "tts-a@0", "command", "RELOAD"};
            assertThat(scrape.sum("worker_control_commands_total", command)).isEqualTo(1);
            assertThat(scrape.sum("worker_control_latency_ms_count", command)).isEqualTo(1);
            assertThat(scrape.sum("worker_model_manager_loads_total", model)).isEqualTo(1);
            assertThat(scrape.sum("worker_model_manager_warmup_duration_ms_count", model))
                    .isEqualTo(1);
            assertThat(scrape.sum("worker_model_manager_unloads_total", "model_id", "kal16", "reason", "manual"))
                    .isEqualTo(1);
            assertThat(scrape.sum("worker_inference_queue_depth")).isZero();
            // No session of an engine spoke here.
            assertThat(scrape.find("tts_latency_ms_count")).isEmpty();
        }
    }

    private static int speak(String target) throws InterruptedException {
        int samples = 0;
        try (SpeechSynthesizer voice =
                RemoteSynthesizer.builder(target).voice("rms").build()) {
            Semaphore readable = new Semaphore(0);
            try (SynthesisStream stream = voice.start(SynthesisRequest.of("Good morning."), readable::release)) {
                short[] buffer = new short[960];
                for (int got = stream.read(buffer, 0, buffer.length);
                        got >= 0;
                        got = stream.read(buffer, 0, buffer.length)) {
                    samples += got;
                    if (got == 0) {
                        assertThat(readable.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
                    }
                }
            }
        }
        return samples;
    }
}
