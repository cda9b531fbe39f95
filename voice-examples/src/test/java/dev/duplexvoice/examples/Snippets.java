package dev.duplexvoice.examples;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.http.HttpVoice;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.opentelemetry.VoiceTracing;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import io.opentelemetry.api.OpenTelemetry;

/** Code that the README shows and no program here needs; each body stands there as it stands here. */
final class Snippets {
    private Snippets() {}

    static VadBatch gpu() {
        // begin gpu
        VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000, VadDevice.CUDA);
        VadBatch batch = detector.newBatch(50_000);
        // end
        detector.close();
        return batch;
    }

    static VoiceEngine tracing(OpenTelemetry openTelemetry) {
        // begin tracing
        VoiceEngine engine = VoiceEngine.builder()
                .telemetry(VoiceTracing.create(openTelemetry))
                .build();
        // end
        return engine;
    }

    static DuplexSession http(VoiceEngine engine) {
        // begin http
        SpeechSynthesizer voice = HttpVoice.builder("https://api.openai.com/v1", "gpt-4o-mini-tts", "coral")
                .keyFromEnvironment("OPENAI_API_KEY")
                .extra("instructions", "Speak like a friendly receptionist.")
                .build();
        return engine.open(SessionOptions.builder().synthesizer(voice).build());
        // end
    }
}
