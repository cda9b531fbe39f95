package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SpeechSynthesizerContract;

/** The embedded voices do what every voice does. */
class VoiceContractTest extends SpeechSynthesizerContract {
    @Override
    protected SpeechSynthesizer open() {
        return NativeSynthesizer.open("rms");
    }
}
