package dev.duplexvoice.internal;

import dev.duplexvoice.tts.SpeechSynthesizer;

/**
 * What a session speaks with.
 *
 * @param synthesizer not closed by the session
 * @param release run when the session speaks no more, on any thread, an audio loop too; perhaps more than once
 */
public record SessionVoice(SpeechSynthesizer synthesizer, Runnable release) {

    /** A voice of the host's own. */
    public static SessionVoice of(SpeechSynthesizer synthesizer) {
        return new SessionVoice(synthesizer, () -> {});
    }
}
