package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What needs no other jar: the detector {@code energy}. */
final class BuiltInProvider implements VoiceProvider {
    @Override
    public String name() {
        return "built-in";
    }

    @Override
    public List<String> detectors() {
        return List.of(EnergyDetector.NAME);
    }

    @Override
    public VoiceActivityDetector openDetector(String detector, @Nullable Path model, int sampleRate) {
        if (!detector.equals(EnergyDetector.NAME)) {
            throw new IllegalArgumentException("detector=" + detector + ": " + name() + " has " + detectors());
        }
        if (model != null) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED, "model=" + model + ": detector energy has no model; leave it out");
        }
        return new EnergyDetector(sampleRate);
    }
}
