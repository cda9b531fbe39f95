package dev.duplexvoice.opentelemetry;

import io.opentelemetry.api.common.AttributeKey;

/**
 * Attributes of the spans. Names are those of the log's fields and the metrics' labels where these have the same. Durations are milliseconds
 * with a fraction.
 */
public final class VoiceAttributes {
    /** The session; all spans. */
    public static final AttributeKey<String> SESSION_ID = AttributeKey.stringKey("session_id");

    /** The turn; all spans below a turn. */
    public static final AttributeKey<String> TURN_ID = AttributeKey.stringKey("turn_id");

    /** How the caller is connected; conversation. */
    public static final AttributeKey<String> TRANSPORT = AttributeKey.stringKey("transport");

    /** The voice of conversation, tts and synthesis, the recognizer of stt, the Responder of reply. */
    public static final AttributeKey<String> MODEL_ID = AttributeKey.stringKey("model_id");

    /** What kind of voice; conversation. */
    public static final AttributeKey<String> ADAPTER_TYPE = AttributeKey.stringKey("adapter_type");

    /** Why the conversation ended. */
    public static final AttributeKey<String> END_REASON = AttributeKey.stringKey("end_reason");

    /** Turns of the caller that ended; conversation. */
    public static final AttributeKey<Long> TURNS = AttributeKey.longKey("turns");

    /** The session's reply, from 1 on; reply, tts, playout. */
    public static final AttributeKey<Long> REPLY = AttributeKey.longKey("reply");

    /** {@code done}, {@code cancelled} or {@code failed}; reply, stt, tts, synthesis. */
    public static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");

    /** Characters: of what the caller said (turn, stt), of what is written (reply, playout) or spoken (tts, synthesis). */
    public static final AttributeKey<Long> TEXT_LENGTH = AttributeKey.longKey("text_length");

    /** From the end of the speech to its text; endpointing. */
    public static final AttributeKey<Double> TRANSCRIPTION_MS = AttributeKey.doubleKey("transcription_ms");

    /** From the question to the first text; reply. */
    public static final AttributeKey<Double> FIRST_TEXT_MS = AttributeKey.doubleKey("first_text_ms");

    /** Tokens that the Responder took, if it told; reply. */
    public static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("input_tokens");

    /** Tokens that the Responder gave, if it told; reply. */
    public static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("output_tokens");

    /** {@code computed}, {@code cached} or {@code remote}; tts, synthesis. */
    public static final AttributeKey<String> SOURCE = AttributeKey.stringKey("source");

    /** From the text to the first audio; tts, synthesis. */
    public static final AttributeKey<Double> FIRST_AUDIO_MS = AttributeKey.doubleKey("first_audio_ms");

    /** Length of the audio; tts, inference, and synthesis at a worker. */
    public static final AttributeKey<Double> AUDIO_MS = AttributeKey.doubleKey("audio_ms");

    /** Time within the voice; inference. */
    public static final AttributeKey<Double> COMPUTE_MS = AttributeKey.doubleKey("compute_ms");

    /** Frames of 20 ms: made (tts, framing), put out (playout). */
    public static final AttributeKey<Long> FRAMES = AttributeKey.longKey("frames");

    /** Frames that were taken back when the reply was cut off; playout. */
    public static final AttributeKey<Long> DROPPED_FRAMES = AttributeKey.longKey("dropped_frames");

    /** Whether the reply was cut off; turn, playout. */
    public static final AttributeKey<Boolean> INTERRUPTED = AttributeKey.booleanKey("interrupted");

    /** How much of the reply's audio was heard; turn, playout. */
    public static final AttributeKey<Double> HEARD_MS = AttributeKey.doubleKey("heard_ms");

    /** Characters of the reply that were heard; turn, playout. */
    public static final AttributeKey<Long> HEARD_LENGTH = AttributeKey.longKey("heard_length");

    /** From the first sign of the caller's speech to silence at the output; the event {@code barge_in} of playout. */
    public static final AttributeKey<Double> LATENCY_MS = AttributeKey.doubleKey("latency_ms");

    /** What kind of error: a code of the engine's, or the recognizer's {@code timeout}, {@code overload}, {@code model_error}. */
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error_type");

    private VoiceAttributes() {}
}
