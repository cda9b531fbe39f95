package dev.duplexvoice.micrometer.internal;

import static dev.duplexvoice.micrometer.VoiceMetric.*;

import dev.duplexvoice.micrometer.ServiceLevels.Objective;
import dev.duplexvoice.model.ModelEvent;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import java.util.Locale;

/** Counts and records events in the catalogue's meters. One thread at a time. */
public final class EventMeters {
    private static final double MILLIS = 1e-6;

    private final Meters meters;
    private final LoopFigures loops;
    private final Levels levels;
    private final String worker;

    /** Who judges what was good. */
    public interface Levels {
        /** Something took so long, or was so much. */
        void judge(Objective objective, double value);

        /** Something went well, or did not. */
        void count(Objective objective, long good, long bad);
    }

    /** @param worker this process's name as a label */
    public EventMeters(Meters meters, LoopFigures loops, Levels levels, String worker) {
        this.meters = meters;
        this.loops = loops;
        this.levels = levels;
        this.worker = worker;
    }

    /** Counts it. */
    public void on(TelemetryEvent event) {
        if (event instanceof ConversationEvent conversation) {
            conversation(conversation);
        } else if (event instanceof ServiceEvent service) {
            service(service);
        }
    }

    private static double millis(long from, long to) {
        return Math.max(0, to - from) * MILLIS;
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    // ------------------------------------------------------------------------------------------ sessions

    private void conversation(ConversationEvent event) {
        SessionInfo session = event.session();
        if (event instanceof ConversationEvent.Opened) {
            opened(session);
        } else if (event instanceof ConversationEvent.Closed closed) {
            closed(closed);
        } else if (event instanceof ConversationEvent.StateChanged changed) {
            meters.count(STATE_TRANSITIONS, 1, label(changed.from()), label(changed.to()));
            meters.record(STATE_DURATION_MS, millis(changed.since(), changed.at()), label(changed.from()));
        } else if (event instanceof ConversationEvent.SpeechStarted started) {
            meters.count(VAD_EVENTS, 1, "speech_start");
            if (started.detectionNanos() >= 0) {
                meters.record(VAD_DETECTION_LATENCY_MS, started.detectionNanos() * MILLIS);
            }
        } else if (event instanceof ConversationEvent.SpeechEnded) {
            meters.count(VAD_EVENTS, 1, "speech_end");
        } else if (event instanceof ConversationEvent.Resumed) {
            meters.count(VAD_EVENTS, 1, "false_alarm");
        } else if (event instanceof ConversationEvent.Failed failed) {
            meters.count(SESSION_ERRORS, 1, label(failed.code()));
            levels.count(Objective.ERRORS, 0, 1);
        } else if (!recognition(event)) {
            reply(session, event);
        }
    }

    private void opened(SessionInfo session) {
        meters.count(SESSIONS_STARTED, 1, session.transport(), session.modelId());
        meters.move(SESSIONS_ACTIVE, 1, session.transport(), session.modelId());
        if (!session.remoteVoice()) {
            meters.move(WORKER_SESSIONS_ACTIVE, 1, worker, session.adapterType());
        }
    }

    private void closed(ConversationEvent.Closed event) {
        SessionInfo session = event.session();
        meters.count(SESSIONS_ENDED, 1, session.transport(), session.modelId(), event.reason());
        meters.move(SESSIONS_ACTIVE, -1, session.transport(), session.modelId());
        if (!session.remoteVoice()) {
            meters.move(WORKER_SESSIONS_ACTIVE, -1, worker, session.adapterType());
        }
        meters.count(CONVERSATIONS, 1, event.failed() ? "failed" : "completed");
        meters.record(CONVERSATION_DURATION_MS, millis(event.openedAt(), event.at()));
        meters.record(CONVERSATION_TURNS, event.turns());
        levels.count(Objective.AVAILABILITY, event.failed() ? 0 : 1, event.failed() ? 1 : 0);
    }

    private boolean recognition(ConversationEvent event) {
        if (event instanceof ConversationEvent.RecognitionStarted started) {
            meters.count(ASR_REQUESTS, 1, started.model());
        } else if (event instanceof ConversationEvent.Recognized recognized) {
            double took = millis(recognized.speechEndedAt(), recognized.at());
            meters.record(ASR_LATENCY_MS, took, recognized.model());
            meters.record(STT_LATENCY_MS, took, recognized.model());
        } else if (event instanceof ConversationEvent.RecognitionFailed failed) {
            meters.count(ASR_ERRORS, 1, failed.errorType());
        } else {
            return false;
        }
        return true;
    }

    private void reply(SessionInfo session, ConversationEvent event) {
        if (event instanceof ConversationEvent.TurnEnded ended) {
            meters.record(ENDPOINTING_DELAY_MS, millis(ended.speechEnded(), ended.at()));
        } else if (event instanceof ConversationEvent.Responded responded) {
            responded(responded);
        } else if (event instanceof ConversationEvent.FirstAudio first) {
            firstAudio(session, first);
        } else if (event instanceof ConversationEvent.BargeIn bargeIn) {
            double took = millis(bargeIn.triggeredAt(), bargeIn.silentAt());
            meters.record(LATENCY_BARGE_IN_MS, took, session.modelId());
            levels.judge(Objective.BARGE_IN, took);
        } else if (event instanceof ConversationEvent.ReplyFinished finished) {
            if (finished.characters() > 0) {
                double heard = Math.min(1, (double) finished.heardCharacters() / finished.characters());
                meters.record(TURN_HEARD_RATIO, heard, session.modelId());
            }
            if (finished.droppedFrames() > 0) {
                meters.count(WORKER_AUDIO_FRAME_DROPS, finished.droppedFrames(), worker, "interrupted");
            }
            levels.count(Objective.ERRORS, 1, 0);
        }
    }

    private void responded(ConversationEvent.Responded event) {
        if (event.firstTextAt() != TelemetryEvent.NEVER) {
            meters.record(LLM_FIRST_TEXT_MS, millis(event.askedAt(), event.firstTextAt()), event.model());
        }
        if (event.outcome() == Outcome.DONE) {
            // What was cut off says nothing of how long it would have taken.
            meters.record(LLM_LATENCY_MS, millis(event.askedAt(), event.at()), event.model());
        }
        if (event.inputTokens() > 0) {
            meters.count(LLM_TOKENS, event.inputTokens(), event.model(), "input");
        }
        if (event.outputTokens() > 0) {
            meters.count(LLM_TOKENS, event.outputTokens(), event.model(), "output");
        }
    }

    private void firstAudio(SessionInfo session, ConversationEvent.FirstAudio event) {
        double sinceText = millis(event.textAt(), event.at());
        double sinceTurn = millis(event.startedAt(), event.at());
        meters.record(LATENCY_FAL_MS, sinceText, session.modelId());
        meters.record(LATENCY_E2E_MS, sinceTurn, session.transport());
        levels.judge(Objective.FIRST_AUDIO, sinceText);
        levels.judge(Objective.END_TO_END, sinceTurn);
        if (event.speechEndedAt() != TelemetryEvent.NEVER) {
            meters.record(RESPONSE_LATENCY_MS, millis(event.speechEndedAt(), event.at()), session.transport());
        }
    }

    // ------------------------------------------------------------------------------------------ what sessions share

    private void service(ServiceEvent event) {
        if (event instanceof ServiceEvent.Synthesized synthesized) {
            synthesized(synthesized);
        } else if (event instanceof ServiceEvent.ModelChanged changed) {
            model(changed.event());
        } else if (event instanceof ServiceEvent.OpenRefused refused) {
            meters.count(SESSION_ERRORS, 1, label(refused.code()));
            levels.count(Objective.AVAILABILITY, 0, 1);
        } else if (event instanceof ServiceEvent.WorkerSessionStarted started) {
            meters.move(WORKER_SESSIONS_ACTIVE, 1, worker, started.adapterType());
        } else if (event instanceof ServiceEvent.WorkerSessionEnded ended) {
            meters.move(WORKER_SESSIONS_ACTIVE, -1, worker, ended.adapterType());
        } else if (event instanceof ServiceEvent.Controlled controlled) {
            meters.count(WORKER_CONTROL_COMMANDS, 1, worker, controlled.command());
            meters.record(WORKER_CONTROL_LATENCY_MS, controlled.nanos() * MILLIS, worker, controlled.command());
        } else if (event instanceof ServiceEvent.CacheRequested requested) {
            meters.count(CACHE_REQUESTS, 1, requested.cache(), requested.hit() ? "hit" : "miss");
        } else if (event instanceof ServiceEvent.Retried retried) {
            meters.count(RETRIES, 1, retried.component());
        } else if (event instanceof ServiceEvent.FellBack fellBack) {
            meters.count(FALLBACKS, 1, fellBack.component());
        } else if (event instanceof ServiceEvent.VocoderBatch batch) {
            vocoder(batch);
        } else if (event instanceof ServiceEvent.EventsLost lost) {
            meters.count(TELEMETRY_EVENTS_LOST, lost.count());
        }
    }

    private void vocoder(ServiceEvent.VocoderBatch batch) {
        meters.record(WORKER_VOCODER_QUEUE_WAIT_MS, batch.waitedNanos() * MILLIS, worker);
        meters.record(WORKER_VOCODER_BATCH_STREAMS, batch.streams(), worker);
        if (batch.failed()) {
            meters.count(WORKER_VOCODER_FAILED_BATCHES, 1, worker);
        } else {
            meters.record(WORKER_VOCODER_BATCH_MS, batch.deviceNanos() * MILLIS, worker);
        }
        if (batch.late() > 0) {
            meters.count(WORKER_VOCODER_DEADLINE_MISSES, batch.late(), worker);
        }
    }

    private void synthesized(ServiceEvent.Synthesized event) {
        boolean audible = event.firstAudioAt() != TelemetryEvent.NEVER;
        boolean atWorker = event.reply() == 0;
        if (audible && !atWorker) {
            meters.record(TTS_LATENCY_MS, millis(event.begunAt(), event.firstAudioAt()), event.modelId());
        }
        if (atWorker) {
            loops.sent(event.frames());
        }
        if (event.source() != ServiceEvent.Source.COMPUTED) {
            // Its time is another process's, or nobody's.
            return;
        }
        String model = event.modelId();
        meters.count(WORKER_SYNTHESIS_REQUESTS, 1, worker, model);
        if (audible) {
            meters.record(WORKER_INFERENCE_LATENCY_MS, millis(event.begunAt(), event.firstAudioAt()), worker, model);
        }
        if (event.outcome() == Outcome.DONE) {
            meters.record(WORKER_SYNTHESIS_DURATION_MS, event.computeNanos() * MILLIS, worker, model);
            if (event.audioNanos() > 0) {
                double factor = (double) event.computeNanos() / event.audioNanos();
                meters.record(WORKER_INFERENCE_RTF, factor, worker, model);
                levels.judge(Objective.REAL_TIME_FACTOR, factor);
            }
        }
    }

    private void model(ModelEvent event) {
        String id = event.modelId();
        if (event instanceof ModelEvent.Loaded loaded) {
            meters.count(WORKER_MODEL_MANAGER_LOADS, 1, worker, id);
            meters.record(WORKER_MODEL_MANAGER_LOAD_DURATION_MS, loaded.took().toNanos() * MILLIS, worker, id);
        } else if (event instanceof ModelEvent.WarmedUp warmed) {
            meters.record(WORKER_MODEL_MANAGER_WARMUP_DURATION_MS, warmed.took().toNanos() * MILLIS, worker, id);
        } else if (event instanceof ModelEvent.Unloaded unloaded) {
            meters.count(
                    WORKER_MODEL_MANAGER_UNLOADS,
                    1,
                    worker,
                    id,
                    unloaded.reason().label());
        }
    }
}
