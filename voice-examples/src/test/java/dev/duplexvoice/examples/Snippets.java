package dev.duplexvoice.examples;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;

/** Code that the README shows and no program here needs; each body stands there as it stands here. */
final class Snippets {
    private Snippets() {}

    static VadBatch gpu() {
        // begin
        VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000, VadDevice.CUDA);
        VadBatch batch = detector.newBatch(50_000);
        // end
        detector.close();
        return batch;
    }
}
