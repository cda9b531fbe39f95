package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.VoiceActivityDetector;

/** Opens a detector and a voice and says how that went, for a process of its own. */
final class LoaderMain {
    private LoaderMain() {}

    public static void main(String[] args) {
        NativeVoiceProvider provider = new NativeVoiceProvider();
        long start = System.nanoTime();
        try (VoiceActivityDetector detector = provider.openDetector("duplex", null, 16_000);
                SpeechSynthesizer voice = provider.openVoice("rms")) {
            System.out.println("LOADED " + detector.name() + " " + voice.voice() + " in "
                    + (System.nanoTime() - start) / 1_000_000 + " ms");
        } catch (VoiceException e) {
            System.out.println(e.code() + " " + e.getMessage());
        }
    }
}
