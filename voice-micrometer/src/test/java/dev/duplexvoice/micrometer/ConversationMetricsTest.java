package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is scraped after a conversation agrees with what its listener was told. */
class ConversationMetricsTest {
    private static final double MILLISECOND = 1;
    /** Fed by servers, workers that are called, Redis and GPUs; and voices are not warmed up on a virtual clock. */
    private static final Set<VoiceMetric> ELSEWHERE = Set.of(
            VoiceMetric.WEBSOCKET_MESSAGES_SENT,
            VoiceMetric.WEBSOCKET_MESSAGES_RECEIVED,
            VoiceMetric.MESSAGE_PROCESSING_MS,
            VoiceMetric.WORKER_CONTROL_COMMANDS,
            VoiceMetric.WORKER_CONTROL_LATENCY_MS,
            VoiceMetric.WORKER_MODEL_MANAGER_WARMUP_DURATION_MS,
            VoiceMetric.WORKER_MODEL_MANAGER_UNLOADS,
            VoiceMetric.REDIS_CONNECTIONS_ACTIVE,
            VoiceMetric.REDIS_COMMAND_LATENCY_MS,
            VoiceMetric.REDIS_COMMAND_ERRORS,
            VoiceMetric.WORKER_VOCODER_QUEUE_DEPTH,
            VoiceMetric.WORKER_VOCODER_QUEUE_WAIT_MS,
            VoiceMetric.WORKER_VOCODER_BATCH_STREAMS,
            VoiceMetric.WORKER_VOCODER_BATCH_MS,
            VoiceMetric.WORKER_VOCODER_DEADLINE_MISSES,
            VoiceMetric.WORKER_VOCODER_FAILED_BATCHES,
            VoiceMetric.WORKER_GPU_MEMORY_USED_BYTES,
            VoiceMetric.WORKER_GPU_MEMORY_TOTAL_BYTES,
            VoiceMetric.WORKER_GPU_UTILIZATION_PERCENT,
            VoiceMetric.WORKER_GPU_TEMPERATURE_CELSIUS,
            VoiceMetric.WORKER_GPU_POWER_WATTS,
            VoiceMetric.LOG_LINES_LOST,
            VoiceMetric.METRICS_LABELS_CAPPED);

    private static final PrometheusMeterRegistry REGISTRY = Scrape.registry();
    private static final List<ServiceEvent> SERVICE = new ArrayList<>();
    private static VoiceMetrics metrics;
    private static Conversation conversation;
    private static Scrape scrape;

    @BeforeAll
    static void talk() {
        metrics = VoiceMetrics.create();
        metrics.bindTo(REGISTRY);
        conversation = new Conversation(VoiceTelemetry.of(metrics, new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ServiceEvent service) {
                    SERVICE.add(service);
                }
            }
        }));
        metrics.flush();
        scrape = Scrape.of(REGISTRY);
    }

    @AfterAll
    static void end() {
        conversation.close();
        metrics.close();
    }

    private static <T extends SessionEvent> List<T> events(Class<T> type) {
        return conversation.events(type);
    }

    private static <T extends SessionEvent> double millis(Class<T> type, ToDoubleFunction<T> of) {
        return events(type).stream().mapToDouble(of).sum();
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static void agrees(String metric, int count, double sum, String... labels) {
        assertThat(scrape.sum(metric + "_count", labels)).as(metric).isEqualTo(count);
        assertThat(scrape.sum(metric + "_sum", labels)).as(metric).isCloseTo(sum, within(MILLISECOND));
        assertThat(scrape.sum(
                        metric + "_bucket",
                        Stream.concat(Arrays.stream(labels), Stream.of("le", "+Inf"))
                                .toArray(String[]::new)))
                .as(metric)
                .isEqualTo(count);
    }

    @Test
    void shouldBeTheConversationThatWasMeant() {
        assertThat(events(SessionEvent.TurnEnded.class)).hasSize(3);
        assertThat(events(SessionEvent.Interrupted.class)).hasSize(1);
        assertThat(events(SessionEvent.FirstAudio.class)).hasSize(5);
        assertThat(events(SessionEvent.Failed.class)).isEmpty();
    }

    @Test
    void shouldHaveEveryRowWithItsTypeLabelsAndBuckets() {
        for (VoiceMetric metric : VoiceMetric.values()) {
            if (ELSEWHERE.contains(metric)) {
                continue;
            }
            String name = metric.metricName();
            assertThat(scrape.has(metric)).as(name).isTrue();
            assertThat(scrape.types)
                    .as(name)
                    .containsEntry(name, metric.kind().name().toLowerCase(Locale.ROOT));
            boolean histogram = metric.kind() == VoiceMetric.Kind.HISTOGRAM;
            assertThat(scrape.find(histogram ? name + "_count" : name))
                    .allSatisfy(sample ->
                            assertThat(sample.labels().keySet()).containsExactlyInAnyOrderElementsOf(metric.labels()));
            if (histogram) {
                List<String> bounds = new ArrayList<>();
                Arrays.stream(metric.buckets()).forEach(bound -> bounds.add(Double.toString(bound)));
                bounds.add("+Inf");
                Map<Map<String, String>, List<String>> found = new HashMap<>();
                for (Scrape.Sample sample : scrape.find(name + "_bucket")) {
                    Map<String, String> labels = new HashMap<>(sample.labels());
                    String bound = labels.remove("le");
                    found.computeIfAbsent(labels, any -> new ArrayList<>()).add(bound);
                }
                assertThat(found)
                        .isNotEmpty()
                        .allSatisfy(
                                (labels, of) -> assertThat(of).as(name + labels).isEqualTo(bounds));
            }
        }
    }

    @Test
    void shouldCountSessionsAsTheirEventsDo() {
        assertThat(scrape.sum("orchestrator_sessions_started_total", "transport", "websocket", "model_id", "slt"))
                .isEqualTo(1);
        assertThat(scrape.sum("orchestrator_sessions_started_total", "transport", "in_process", "model_id", "rms"))
                .isEqualTo(1);
        assertThat(scrape.sum("orchestrator_sessions_ended_total", "reason", "closed"))
                .isEqualTo(events(SessionEvent.Closed.class).size());
        assertThat(scrape.sum("orchestrator_sessions_active")).isZero();
        assertThat(scrape.sum("worker_sessions_active", "worker", "local", "adapter_type", "flite"))
                .isZero();
        assertThat(scrape.sum("orchestrator_session_errors_total")).isZero();
        assertThat(scrape.sum("conversations_total", "status", "completed")).isEqualTo(2);
        assertThat(scrape.sum("conversations_total", "status", "failed")).isZero();
        agrees("conversation_duration_ms", 2, millis(SessionEvent.Closed.class, event -> millis(event.at())));
        agrees("conversation_turns", 2, events(SessionEvent.TurnEnded.class).size());
    }

    @Test
    void shouldCountStatesAndTheirTime() {
        Map<List<String>, Integer> transitions = new HashMap<>();
        Map<String, Double> spent = new HashMap<>();
        Map<String, Duration> since = new HashMap<>();
        for (SessionEvent.StateChanged event : events(SessionEvent.StateChanged.class)) {
            String from = event.from().name().toLowerCase(Locale.ROOT);
            transitions.merge(List.of(from, event.to().name().toLowerCase(Locale.ROOT)), 1, Integer::sum);
            Duration began = since.getOrDefault(event.sessionId(), Duration.ZERO);
            spent.merge(from, millis(event.at().minus(began)), Double::sum);
            since.put(event.sessionId(), event.at());
        }
        assertThat(transitions).containsKey(List.of("speaking", "barged_in"));
        transitions.forEach((states, count) -> assertThat(
                        scrape.sum("state_transitions_total", "from", states.get(0), "to", states.get(1)))
                .isEqualTo((double) count));
        assertThat(scrape.sum("state_transitions_total"))
                .isEqualTo(events(SessionEvent.StateChanged.class).size());
        spent.forEach((state, sum) ->
                assertThat(scrape.sum("state_duration_ms_sum", "state", state)).isCloseTo(sum, within(MILLISECOND)));
    }

    @Test
    void shouldMeasureSpeechAndRecognition() {
        int started = events(SessionEvent.SpeechStarted.class).size();
        assertThat(scrape.sum("orchestrator_vad_events_total", "event_type", "speech_start"))
                .isEqualTo(started);
        assertThat(scrape.sum("orchestrator_vad_events_total", "event_type", "speech_end"))
                .isEqualTo(events(SessionEvent.SpeechEnded.class).size());
        assertThat(scrape.sum("orchestrator_vad_events_total", "event_type", "false_alarm"))
                .isEqualTo(events(SessionEvent.Resumed.class).size());
        assertThat(scrape.sum("orchestrator_vad_detection_latency_ms_count")).isEqualTo(started);
        assertThat(scrape.sum("orchestrator_vad_detection_latency_ms_sum") / started)
                .isBetween(10.0, 80.0);
        assertThat(scrape.sum("orchestrator_asr_requests_total", "model", "scripted-stt"))
                .isEqualTo(started);
        int finals = (int) events(SessionEvent.Transcript.class).stream()
                .filter(SessionEvent.Transcript::isFinal)
                .count();
        // From the true end of the speech: the silence that told it comes first.
        double sum = millis(SessionEvent.Transcript.class, event -> millis(event.at()))
                - millis(SessionEvent.SpeechEnded.class, event -> millis(event.end()));
        assertThat(finals).isEqualTo(events(SessionEvent.SpeechEnded.class).size());
        agrees("orchestrator_asr_latency_ms", finals, sum, "model", "scripted-stt");
        agrees("stt_latency_ms", finals, sum, "model", "scripted-stt");
        agrees(
                "endpointing_delay_ms",
                3,
                millis(SessionEvent.TurnEnded.class, event -> millis(event.endpointingDelay())));
    }

    @Test
    void shouldMeasureRepliesFromTheResponderToWhatWasHeard() {
        int replies = events(SessionEvent.FirstAudio.class).size();
        agrees("orchestrator_latency_fal_ms", replies, millis(SessionEvent.FirstAudio.class, e -> millis(e.ttfb())));
        agrees("orchestrator_latency_e2e_ms", replies, millis(SessionEvent.FirstAudio.class, e -> millis(e.latency())));
        agrees(
                "orchestrator_latency_barge_in_ms",
                events(SessionEvent.Paused.class).size(),
                millis(SessionEvent.Paused.class, e -> millis(e.silentAt().minus(e.detectedAt()))),
                "model_id",
                "slt");
        agrees("llm_first_text_ms", 3, 3 * millis(Conversation.THOUGHT), "model", "scripted-llm");
        agrees("llm_latency_ms", 3, 6 * millis(Conversation.THOUGHT), "model", "scripted-llm");
        assertThat(scrape.sum("llm_tokens_total", "direction", "input")).isEqualTo(300);
        assertThat(scrape.sum("llm_tokens_total", "direction", "output")).isEqualTo(21);
        List<SessionEvent.ReplyFinished> finished = events(SessionEvent.ReplyFinished.class);
        double heard = finished.stream()
                .mapToDouble(event -> (double) event.heard().strip().length()
                        / event.text().strip().length())
                .sum();
        assertThat(scrape.sum("turn_heard_ratio_count")).isEqualTo(finished.size());
        assertThat(scrape.sum("turn_heard_ratio_sum")).isCloseTo(heard, within(1e-9));
        assertThat(scrape.sum("turn_heard_ratio_bucket", "le", "0.9"))
                .isEqualTo(finished.stream()
                        .filter(SessionEvent.ReplyFinished::interrupted)
                        .count());
    }

    @Test
    void shouldMeasureSynthesisAsTheVoicesDid() {
        List<ServiceEvent.Synthesized> made = SERVICE.stream()
                .filter(ServiceEvent.Synthesized.class::isInstance)
                .map(ServiceEvent.Synthesized.class::cast)
                .toList();
        List<ServiceEvent.Synthesized> computed = made.stream()
                .filter(event -> event.source() == ServiceEvent.Source.COMPUTED)
                .toList();
        assertThat(made).hasSizeGreaterThan(computed.size());
        assertThat(scrape.sum("worker_synthesis_requests_total", "worker", "local"))
                .isEqualTo(computed.size());
        List<ServiceEvent.Synthesized> done = computed.stream()
                .filter(event -> event.outcome() == TelemetryEvent.Outcome.DONE)
                .toList();
        agrees(
                "worker_synthesis_duration_ms",
                done.size(),
                done.stream().mapToDouble(event -> event.computeNanos() / 1e6).sum());
        assertThat(scrape.sum("worker_inference_rtf_count")).isEqualTo(done.size());
        assertThat(scrape.sum("worker_inference_rtf_sum"))
                .isCloseTo(
                        done.stream()
                                .mapToDouble(event -> (double) event.computeNanos() / event.audioNanos())
                                .sum(),
                        within(1e-9));
        // Flite takes a hundredth of the time of what it says; were buckets rounded up, this would be 0.
        assertThat(scrape.sum("worker_inference_rtf_bucket", "le", "1.0")).isEqualTo(done.size());
        assertThat(scrape.sum("tts_latency_ms_count"))
                .isEqualTo(made.stream()
                        .filter(event -> event.firstAudioAt() != TelemetryEvent.NEVER)
                        .count());
        assertThat(scrape.sum("worker_model_manager_loads_total", "worker", "local", "model_id", "slt"))
                .isEqualTo(1);
        assertThat(scrape.sum("worker_model_manager_load_duration_ms_count", "model_id", "slt"))
                .isEqualTo(1);
        assertThat(scrape.sum("worker_model_manager_resident_count")).isEqualTo(1);
        assertThat(scrape.sum("cache_requests_total", "cache", "phrases", "result", "hit"))
                .isEqualTo(1);
        assertThat(scrape.sum("cache_requests_total", "cache", "phrases", "result", "miss"))
                .isEqualTo(1);
    }

    @Test
    void shouldCountFramesAsTheHostDid() {
        double dropped = scrape.sum("worker_audio_frame_drops_total", "reason", "interrupted");
        assertThat(scrape.sum("worker_audio_frames_emitted_total", "worker", "local"))
                .isEqualTo(conversation.framesTaken + dropped);
        assertThat(scrape.sum("worker_audio_frame_jitter_ms_count"))
                .isEqualTo(scrape.sum("worker_audio_frames_emitted_total"));
        // A virtual clock is never late.
        assertThat(scrape.sum("worker_audio_frame_jitter_ms_sum")).isZero();
        assertThat(scrape.sum("audio_loop_lateness_ms_bucket", "le", "0.1"))
                .isEqualTo(scrape.sum("audio_loop_lateness_ms_count"))
                .isGreaterThan(900);
    }

    @Test
    void shouldTellTheSameToAnEndpointOfOnesOwn() {
        MetricsSnapshot snapshot = metrics.snapshot();
        MetricsSnapshot.Figures bargeIn = snapshot.latencies().get("orchestrator_latency_barge_in_ms");
        double longest = events(SessionEvent.Paused.class).stream()
                .mapToDouble(event -> millis(event.silentAt().minus(event.detectedAt())))
                .max()
                .orElseThrow();

        assertThat(bargeIn.count()).isEqualTo(events(SessionEvent.Paused.class).size());
        assertThat(bargeIn.max()).isBetween(longest, longest * 1.032);
        assertThat(snapshot.totals()).containsEntry("orchestrator_sessions_started_total", 2.0);
        assertThat(snapshot.gauges()).containsEntry("orchestrator_sessions_active", 0.0);
        assertThat(metrics.serviceLevels().levels())
                .filteredOn(level -> level.objective() == ServiceLevels.Objective.AVAILABILITY)
                .allSatisfy(level -> {
                    assertThat(level.total()).isEqualTo(2);
                    assertThat(level.isMet()).isTrue();
                });
    }
}
