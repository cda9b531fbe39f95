package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeAudio;
import java.nio.file.Path;

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
        return WholeAudio.resample(engine, samples, from, to);
    }
}
