package dev.duplexvoice.micrometer;

import java.util.List;

/**
 * Every metric there is: name, kind, labels and buckets as Prometheus has them. Those in {@code metrics.csv} beside this class are a
 * contract with dashboards and alerts; the others come on top. Latencies are in milliseconds. {@code +Inf} follows the buckets.
 */
public enum VoiceMetric {
    /** Sessions that were opened. */
    SESSIONS_STARTED(
            "orchestrator_sessions_started_total", Kind.COUNTER, "Sessions that were opened", "transport", "model_id"),
    /** Sessions that ended, by reason. */
    SESSIONS_ENDED(
            "orchestrator_sessions_ended_total",
            Kind.COUNTER,
            "Sessions that ended, by reason",
            "transport",
            "model_id",
            "reason"),
    /** Sessions that live. */
    SESSIONS_ACTIVE("orchestrator_sessions_active", Kind.GAUGE, "Sessions that live", "transport", "model_id"),
    /** Errors of sessions, and sessions that could not be opened, by code. */
    SESSION_ERRORS(
            "orchestrator_session_errors_total",
            Kind.COUNTER,
            "Errors of sessions, and sessions that could not be opened, by code",
            "error_type"),
    /** From a reply's first text at the voice to its first audio at the output. */
    LATENCY_FAL_MS(
            "orchestrator_latency_fal_ms",
            "From a reply's first text at the voice to its first audio at the output",
            new double[] {50, 100, 200, 300, 500, 1000},
            "model_id"),
    /** From the detector's trigger to silence at the output. */
    LATENCY_BARGE_IN_MS(
            "orchestrator_latency_barge_in_ms",
            "From the detector's trigger to silence at the output",
            new double[] {10, 25, 50, 75, 100},
            "model_id"),
    /** From the end of the turn that is answered to the reply's first audio at the output. */
    LATENCY_E2E_MS(
            "orchestrator_latency_e2e_ms",
            "From the end of the turn that is answered to the reply's first audio at the output",
            new double[] {100, 200, 400, 600, 1000},
            "transport"),
    /** Messages that a server sent. */
    WEBSOCKET_MESSAGES_SENT(
            "orchestrator_websocket_messages_sent_total", Kind.COUNTER, "Messages that a server sent", "message_type"),
    /** Messages that a server took. */
    WEBSOCKET_MESSAGES_RECEIVED(
            "orchestrator_websocket_messages_received_total",
            Kind.COUNTER,
            "Messages that a server took",
            "message_type"),
    /** How long a server was busy with a message. */
    MESSAGE_PROCESSING_MS(
            "orchestrator_message_processing_ms",
            "How long a server was busy with a message",
            new double[] {1, 5, 10, 50, 100},
            "message_type"),
    /** WebSocket connections that are open. */
    WEBSOCKET_CONNECTIONS_ACTIVE(
            "orchestrator_websocket_connections_active", Kind.GAUGE, "WebSocket connections that are open"),
    /** Beginnings and ends of speech, and false alarms. */
    VAD_EVENTS(
            "orchestrator_vad_events_total",
            Kind.COUNTER,
            "Beginnings and ends of speech, and false alarms",
            "event_type"),
    /** From the onset of speech until the detector noticed it. */
    VAD_DETECTION_LATENCY_MS(
            "orchestrator_vad_detection_latency_ms",
            "From the onset of speech until the detector noticed it",
            new double[] {10, 25, 50, 100}),
    /** Utterances that a recognizer was given. */
    ASR_REQUESTS("orchestrator_asr_requests_total", Kind.COUNTER, "Utterances that a recognizer was given", "model"),
    /** From the end of speech to its final text. */
    ASR_LATENCY_MS(
            "orchestrator_asr_latency_ms",
            "From the end of speech to its final text",
            new double[] {50, 100, 200, 500},
            "model"),
    /** Failures of recognizers. */
    ASR_ERRORS("orchestrator_asr_errors_total", Kind.COUNTER, "Failures of recognizers", "error_type"),
    /** Sessions that speak with a voice of this process. */
    WORKER_SESSIONS_ACTIVE(
            "worker_sessions_active",
            Kind.GAUGE,
            "Sessions that speak with a voice of this process",
            "worker",
            "adapter_type"),
    /** Texts that a voice of this process was given. */
    WORKER_SYNTHESIS_REQUESTS(
            "worker_synthesis_requests_total",
            Kind.COUNTER,
            "Texts that a voice of this process was given",
            "worker",
            "model_id"),
    /** Time computed for a text, all of its audio. */
    WORKER_SYNTHESIS_DURATION_MS(
            "worker_synthesis_duration_ms",
            "Time computed for a text, all of its audio",
            new double[] {100, 200, 500, 1000, 2000},
            "worker",
            "model_id"),
    /** From a text at the voice to its first audio. */
    WORKER_INFERENCE_LATENCY_MS(
            "worker_inference_latency_ms",
            "From a text at the voice to its first audio",
            new double[] {50, 100, 200, 300, 500},
            "worker",
            "model_id"),
    /** Seconds computed for a second of audio. */
    WORKER_INFERENCE_RTF(
            "worker_inference_rtf",
            "Seconds computed for a second of audio",
            new double[] {0.1, 0.2, 0.3, 0.5, 1.0},
            "worker",
            "model_id"),
    /** Syntheses that wait for a thread. */
    WORKER_INFERENCE_QUEUE_DEPTH(
            "worker_inference_queue_depth", Kind.GAUGE, "Syntheses that wait for a thread", "worker"),
    /** Frames of 20 ms that were put out or sent. */
    WORKER_AUDIO_FRAMES_EMITTED(
            "worker_audio_frames_emitted_total", Kind.COUNTER, "Frames of 20 ms that were put out or sent", "worker"),
    /** How late a frame was put out. */
    WORKER_AUDIO_FRAME_JITTER_MS(
            "worker_audio_frame_jitter_ms", "How late a frame was put out", new double[] {1, 5, 10, 20, 50}, "worker"),
    /** Frames that were dropped. */
    WORKER_AUDIO_FRAME_DROPS(
            "worker_audio_frame_drops_total", Kind.COUNTER, "Frames that were dropped", "worker", "reason"),
    /** Models in memory. */
    WORKER_MODEL_MANAGER_RESIDENT_COUNT(
            "worker_model_manager_resident_count", Kind.GAUGE, "Models in memory", "worker"),
    /** Models that were loaded. */
    WORKER_MODEL_MANAGER_LOADS(
            "worker_model_manager_loads_total", Kind.COUNTER, "Models that were loaded", "worker", "model_id"),
    /** Models that left memory. */
    WORKER_MODEL_MANAGER_UNLOADS(
            "worker_model_manager_unloads_total",
            Kind.COUNTER,
            "Models that left memory",
            "worker",
            "model_id",
            "reason"),
    /** How long a model took to load. */
    WORKER_MODEL_MANAGER_LOAD_DURATION_MS(
            "worker_model_manager_load_duration_ms",
            "How long a model took to load",
            new double[] {1000, 2000, 5000, 10000},
            "worker",
            "model_id"),
    /** How long a model took to warm up. */
    WORKER_MODEL_MANAGER_WARMUP_DURATION_MS(
            "worker_model_manager_warmup_duration_ms",
            "How long a model took to warm up",
            new double[] {100, 300, 500, 1000},
            "worker",
            "model_id"),
    /** Memory of a GPU that is in use. */
    WORKER_GPU_MEMORY_USED_BYTES(
            "worker_gpu_memory_used_bytes", Kind.GAUGE, "Memory of a GPU that is in use", "worker", "gpu_id"),
    /** Memory of a GPU. */
    WORKER_GPU_MEMORY_TOTAL_BYTES("worker_gpu_memory_total_bytes", Kind.GAUGE, "Memory of a GPU", "gpu_id"),
    /** Share of time in which a GPU computed. */
    WORKER_GPU_UTILIZATION_PERCENT(
            "worker_gpu_utilization_percent", Kind.GAUGE, "Share of time in which a GPU computed", "worker", "gpu_id"),
    /** Temperature of a GPU. */
    WORKER_GPU_TEMPERATURE_CELSIUS("worker_gpu_temperature_celsius", Kind.GAUGE, "Temperature of a GPU", "gpu_id"),
    /** Power that a GPU draws. */
    WORKER_GPU_POWER_WATTS("worker_gpu_power_watts", Kind.GAUGE, "Power that a GPU draws", "gpu_id"),
    /** PAUSE, RESUME, STOP and RELOAD of clients. */
    WORKER_CONTROL_COMMANDS(
            "worker_control_commands_total",
            Kind.COUNTER,
            "PAUSE, RESUME, STOP and RELOAD of clients",
            "worker",
            "command"),
    /** From a command's coming to its answer. */
    WORKER_CONTROL_LATENCY_MS(
            "worker_control_latency_ms",
            "From a command's coming to its answer",
            new double[] {5, 10, 20, 50},
            "worker",
            "command"),
    /** Connections to Redis. */
    REDIS_CONNECTIONS_ACTIVE("redis_connections_active", Kind.GAUGE, "Connections to Redis"),
    /** From a command to its answer. */
    REDIS_COMMAND_LATENCY_MS(
            "redis_command_latency_ms", "From a command to its answer", new double[] {1, 5, 10, 50, 100}, "command"),
    /** Commands that failed. */
    REDIS_COMMAND_ERRORS("redis_command_errors_total", Kind.COUNTER, "Commands that failed", "command", "error_type"),
    /** Conversations that ended: completed, or failed by a defect. */
    CONVERSATIONS(
            "conversations_total",
            Kind.COUNTER,
            "Conversations that ended: completed, or failed by a defect",
            "status"),
    /** How long a conversation lasted. */
    CONVERSATION_DURATION_MS("conversation_duration_ms", "How long a conversation lasted", new double[] {
        10000, 30000, 60000, 300000, 900000
    }),
    /** Turns of a conversation. */
    CONVERSATION_TURNS("conversation_turns", "Turns of a conversation", new double[] {1, 2, 5, 10, 20, 50}),
    /** Transitions of sessions' states. */
    STATE_TRANSITIONS("state_transitions_total", Kind.COUNTER, "Transitions of sessions' states", "from", "to"),
    /** Time spent in a state before it was left. */
    STATE_DURATION_MS(
            "state_duration_ms",
            "Time spent in a state before it was left",
            new double[] {100, 500, 1000, 5000, 30000},
            "state"),
    /** Something failed and another took its place. */
    FALLBACKS("fallbacks_total", Kind.COUNTER, "Something failed and another took its place", "component"),
    /** Something failed and was tried again. */
    RETRIES("retries_total", Kind.COUNTER, "Something failed and was tried again", "component"),
    /** From the end of speech to its final text. */
    STT_LATENCY_MS(
            "stt_latency_ms",
            "From the end of speech to its final text",
            new double[] {100, 500, 1000, 2000, 3000},
            "model"),
    /** From asking a Responder to the end of its reply's text. */
    LLM_LATENCY_MS(
            "llm_latency_ms",
            "From asking a Responder to the end of its reply's text",
            new double[] {100, 500, 1000, 2000, 3000, 5000},
            "model"),
    /** From a clause at the voice to its first audio. */
    TTS_LATENCY_MS(
            "tts_latency_ms",
            "From a clause at the voice to its first audio",
            new double[] {100, 500, 1000, 2000, 3000},
            "model"),
    /** Tokens that language models took and made, as Responders told. */
    LLM_TOKENS(
            "llm_tokens_total",
            Kind.COUNTER,
            "Tokens that language models took and made, as Responders told",
            "model",
            "direction"),
    /** What a cache was asked for. */
    CACHE_REQUESTS("cache_requests_total", Kind.COUNTER, "What a cache was asked for", "cache", "result"),
    /** Share of a reply's text that was heard. */
    TURN_HEARD_RATIO(
            "turn_heard_ratio",
            "Share of a reply's text that was heard",
            new double[] {0.1, 0.25, 0.5, 0.75, 0.9, 1.0},
            "model_id"),
    /** How late a session's tick was over. */
    AUDIO_LOOP_LATENESS_MS(
            "audio_loop_lateness_ms", "How late a session's tick was over", new double[] {0.1, 0.5, 1, 2, 5, 10, 20}),

    // Beyond the contract.

    /** From the end of the caller's speech to the end of the turn. */
    ENDPOINTING_DELAY_MS(
            "endpointing_delay_ms",
            "From the end of the caller's speech to the end of the turn",
            new double[] {100, 300, 500, 700, 1000, 2000, 3000}),
    /** From the end of the caller's speech to the answer's first audio. */
    RESPONSE_LATENCY_MS(
            "response_latency_ms",
            "From the end of the caller's speech to the answer's first audio",
            new double[] {300, 500, 700, 1000, 1500, 2000, 3000},
            "transport"),
    /** From asking a Responder to its first text. */
    LLM_FIRST_TEXT_MS(
            "llm_first_text_ms",
            "From asking a Responder to its first text",
            new double[] {100, 200, 300, 500, 1000, 2000, 3000, 5000},
            "model"),
    /** Streams whose frames wait for a GPU that voices share. */
    WORKER_VOCODER_QUEUE_DEPTH(
            "worker_vocoder_queue_depth",
            Kind.GAUGE,
            "Streams whose frames wait for a GPU that voices share",
            "worker"),
    /** How long the one waited that came first, of each batch on the GPU. */
    WORKER_VOCODER_QUEUE_WAIT_MS(
            "worker_vocoder_queue_wait_ms",
            "How long the one waited that came first, of each batch on the GPU",
            new double[] {0.5, 1, 2, 5, 10, 20, 50, 100, 250, 1000},
            "worker"),
    /** Streams of a batch on the GPU. */
    WORKER_VOCODER_BATCH_STREAMS(
            "worker_vocoder_batch_streams",
            "Streams of a batch on the GPU",
            new double[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024},
            "worker"),
    /** Time on the GPU of a batch. */
    WORKER_VOCODER_BATCH_MS(
            "worker_vocoder_batch_ms",
            "Time on the GPU of a batch",
            new double[] {0.5, 1, 2, 5, 10, 20, 50, 100},
            "worker"),
    /** Samples from the GPU that came after their listener had run out of audio. */
    WORKER_VOCODER_DEADLINE_MISSES(
            "worker_vocoder_deadline_misses_total",
            Kind.COUNTER,
            "Samples from the GPU that came after their listener had run out of audio",
            "worker"),
    /** Batches that a GPU failed. */
    WORKER_VOCODER_FAILED_BATCHES(
            "worker_vocoder_failed_batches_total", Kind.COUNTER, "Batches that a GPU failed", "worker"),
    /** Frames that were due in a reply while its voice was late. */
    AUDIO_FRAMES_STARVED(
            "audio_frames_starved_total", Kind.COUNTER, "Frames that were due in a reply while its voice was late"),
    /** Ticks in which the host had not taken the frames before. */
    AUDIO_FRAMES_BLOCKED(
            "audio_frames_blocked_total", Kind.COUNTER, "Ticks in which the host had not taken the frames before"),
    /** Events that were left out because metrics were too slow. */
    TELEMETRY_EVENTS_LOST(
            "telemetry_events_lost_total", Kind.COUNTER, "Events that were left out because metrics were too slow"),
    /** Lines of the log that could not be written: a full or slow disk. */
    LOG_LINES_LOST(
            "log_lines_lost_total", Kind.COUNTER, "Lines of the log that could not be written: a full or slow disk"),
    /** Values that were counted as 'other' because a label had too many. */
    METRICS_LABELS_CAPPED(
            "metrics_labels_capped_total",
            Kind.COUNTER,
            "Values that were counted as 'other' because a label had too many",
            "label");

    private final String metricName;
    private final Kind kind;
    private final String help;
    private final double[] buckets;
    private final List<String> labels;

    /** What kind of metric it is. */
    public enum Kind {
        /** Goes up. */
        COUNTER,
        /** Is what it is now. */
        GAUGE,
        /** A distribution. */
        HISTOGRAM
    }

    VoiceMetric(String name, Kind kind, String help, String... labels) {
        this.metricName = name;
        this.kind = kind;
        this.help = help;
        this.buckets = new double[0];
        this.labels = List.of(labels);
    }

    VoiceMetric(String name, String help, double[] buckets, String... labels) {
        this.metricName = name;
        this.kind = Kind.HISTOGRAM;
        this.help = help;
        this.buckets = buckets;
        this.labels = List.of(labels);
    }

    /** Its name at Prometheus. */
    public String metricName() {
        return metricName;
    }

    /** What kind of metric it is. */
    public Kind kind() {
        return kind;
    }

    /** What it tells, in a few words. */
    public String help() {
        return help;
    }

    /** Upper bounds, ascending, without {@code +Inf}; empty if it is no histogram. A copy. */
    public double[] buckets() {
        return buckets.clone();
    }

    /** Names of its labels. */
    public List<String> labels() {
        return labels;
    }
}
