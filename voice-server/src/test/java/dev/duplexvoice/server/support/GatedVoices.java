package dev.duplexvoice.server.support;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/** Two voices, each of which is loaded when it may be. */
public final class GatedVoices implements VoiceProvider {
    /** Loads that may happen. */
    public final Semaphore gate;

    /** What was loaded. */
    public final Queue<String> opened = new ConcurrentLinkedQueue<>();

    /** What cannot be. */
    public volatile String broken = "";

    public GatedVoices(boolean open) {
        gate = new Semaphore(open ? 1_000 : 0);
    }

    @Override
    public String name() {
        return "gated";
    }

    @Override
    public List<String> voices() {
        return List.of("one", "two");
    }

    @Override
    public SpeechSynthesizer openVoice(String voice) {
        try {
            gate.acquire();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (voice.equals(broken)) {
            throw new VoiceException(VoiceException.Code.IO, voice + ".onnx: is half a file");
        }
        opened.add(voice);
        return new NumberedVoice();
    }
}
