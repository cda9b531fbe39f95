package dev.duplexvoice.server.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplexvoice.audio.WavFile;
import java.nio.file.Path;
import java.util.Arrays;

/** What somebody says into the microphone, and when: pieces of a recording with silence between them. */
final class MicrophoneFile {
    static final int RATE = 16_000;

    private short[] samples = new short[0];

    /** A recording at 16 kHz. Skips the test if VOICE_FIXTURES is not set; fails it if the file is missing. */
    static short[] fixture(String name) {
        String folder = System.getenv("VOICE_FIXTURES");
        assumeTrue(
                folder != null && !folder.isEmpty(),
                "VOICE_FIXTURES is not set: set it to the folder of the test fixtures to run this test");
        WavFile file = WavFile.read(Path.of(folder).resolve(name));
        assertThat(file.sampleRate()).isEqualTo(RATE);
        return file.samples();
    }

    MicrophoneFile silence(double seconds) {
        return add(new short[(int) (seconds * RATE)]);
    }

    /** @param from first sample
     * @param to behind the last one */
    MicrophoneFile speech(short[] recording, int from, int to) {
        return add(Arrays.copyOfRange(recording, from, to));
    }

    private MicrophoneFile add(short[] more) {
        short[] all = Arrays.copyOf(samples, samples.length + more.length);
        System.arraycopy(more, 0, all, samples.length, more.length);
        samples = all;
        return this;
    }

    Path write(Path file) {
        WavFile.write(file, RATE, samples);
        return file;
    }
}
