package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.nativecore.WebRtcOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import dev.duplexvoice.vad.VoiceActivityDetectorContract;
import org.junit.jupiter.api.Nested;

/** The detectors of the native core keep the contract. */
class DetectorContractTest {
    private static final NativeVoiceProvider PROVIDER = new NativeVoiceProvider();

    @Nested
    class Duplex extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return PROVIDER.openDetector("duplex", null, 16_000);
        }
    }

    @Nested
    class Silero extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return PROVIDER.openDetector("silero", Fixtures.file("vad/silero_vad.onnx"), 8_000);
        }
    }

    @Nested
    class DuplexOnAGpu extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return EmulatedGpu.open("duplex", null, 16_000);
        }
    }

    @Nested
    class SileroOnAGpu extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return EmulatedGpu.open("silero", Fixtures.file("vad/silero_vad.onnx"), 8_000);
        }
    }

    @Nested
    class WebRtc extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return PROVIDER.openDetector("webrtc", null, 16_000);
        }
    }

    @Nested
    class WebRtcOfShortFrames extends VoiceActivityDetectorContract {
        @Override
        protected VoiceActivityDetector open() {
            return PROVIDER.openWebRtc(new WebRtcOptions(3, 10), 48_000);
        }
    }
}
