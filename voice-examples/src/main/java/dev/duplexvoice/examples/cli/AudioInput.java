package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.audio.WavFile;
import java.nio.file.Path;
import java.util.Arrays;

/** Recordings for the commands, at a rate that they can use. */
final class AudioInput {
    private AudioInput() {}

    /** Reads a WAV file; refuses rates that nothing here converts from. */
    static WavFile read(Path file) {
        WavFile wav = WavFile.read(file);
        try {
            new AudioFormat(wav.sampleRate());
        } catch (IllegalArgumentException e) {
            throw new VoiceException(VoiceException.Code.UNSUPPORTED, file + ": " + e.getMessage(), e);
        }
        return wav;
    }

    /** Converts a whole recording. */
    static short[] resample(VoiceEngine engine, short[] samples, int from, int to) {
        try (Resampler resampler = engine.openResampler(from, to)) {
            if (resampler == null) {
                return samples;
            }
            int most = resampler.maxOutput(4_096);
            short[] out = new short[(int) ((long) samples.length * to / from) + 2 * most];
            int length = 0;
            for (int at = 0; at < samples.length; at += 4_096) {
                if (out.length - length < most) {
                    out = Arrays.copyOf(out, out.length * 2);
                }
                length += resampler.process(samples, at, Math.min(4_096, samples.length - at), out, length);
            }
            out = Arrays.copyOf(out, length + resampler.maxOutput(0));
            length += resampler.flush(out, length);
            return Arrays.copyOf(out, length);
        }
    }
}
