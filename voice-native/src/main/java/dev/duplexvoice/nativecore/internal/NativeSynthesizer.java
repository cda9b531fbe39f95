package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;

/**
 * A {@code voice_tts}. Its streams compute when they are read, on the reading thread, so {@code read} never returns 0 and
 * {@code readable} is never run.
 */
public final class NativeSynthesizer implements SpeechSynthesizer {
    private static final int MAX_TEXT_LENGTH = VoiceLibrary.TTS_MAX_TEXT_BYTES / Utf8.MAX_BYTES_PER_CHAR;

    private final String voice;
    private final VoiceLibrary.Tts tts;
    private final NativeHandle handle;
    private final int sampleRate;
    private final MemoryPool<StreamMemory> pool = new MemoryPool<>(StreamMemory::new);

    private NativeSynthesizer(String voice, VoiceLibrary.Tts tts) {
        this.voice = voice;
        this.tts = tts;
        this.handle = new NativeHandle("voice " + voice, () -> VoiceLibrary.voice_tts_close(tts));
        this.sampleRate = VoiceLibrary.voice_tts_sample_rate(tts);
    }

    /**
     * Opens a voice.
     *
     * @throws VoiceException if there is no such voice
     */
    public static NativeSynthesizer open(String voice) {
        NativeLoader.require();
        VoiceLibrary.Tts tts = new VoiceLibrary.Tts();
        Status.check(VoiceLibrary.voice_tts_open(DirectMemory.string(voice), tts));
        NativeSynthesizer synthesizer = new NativeSynthesizer(voice, tts);
        synthesizer.warmUp();
        return synthesizer;
    }

    /**
     * Speaks a word to nobody, so that no caller waits for what happens only once: the voice's pages come from the disk,
     * classes are loaded.
     */
    private void warmUp() {
        short[] discarded = new short[sampleRate / 10];
        try (SynthesisStream stream = start(SynthesisRequest.of("Hello."), () -> {})) {
            while (stream.read(discarded, 0, discarded.length) != SynthesisStream.END) {
                // only the first time is of interest
            }
            stream.words();
        }
    }

    @Override
    public String voice() {
        return voice;
    }

    @Override
    public String family() {
        return "flite";
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    /** Characters that fit into the native core's limit of bytes even if each takes three. */
    @Override
    public int maxTextLength() {
        return MAX_TEXT_LENGTH;
    }

    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        String text = request.text();
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new IllegalArgumentException("text.length=" + text.length() + ": at most " + MAX_TEXT_LENGTH
                    + " characters, split it into sentences");
        }
        handle.enter();
        try {
            StreamMemory memory = pool.take();
            int bytes = Utf8.encode(text, memory.text);
            VoiceLibrary.TtsStream stream = new VoiceLibrary.TtsStream();
            int status = VoiceLibrary.voice_tts_start(
                    tts, memory.textPointer, bytes, memory.options(request.rate(), request.pitch()), stream);
            if (status < 0) {
                pool.give(memory);
            }
            Status.check(status);
            return new NativeSynthesisStream(this, stream, memory, text, bytes);
        } finally {
            handle.exit();
        }
    }

    void giveMemory(StreamMemory memory) {
        pool.give(memory);
    }

    @Override
    public void close() {
        handle.close();
    }
}
