package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@code voice_tts_stream}. A close from another thread cancels the read in progress, which then returns
 * {@link #END} and frees the stream on its way out.
 */
final class NativeSynthesisStream implements SynthesisStream {
    private final VoiceLibrary.TtsStream stream;
    private final NativeHandle handle;
    private final StreamMemory memory;
    private final String text;
    private final int textBytes;

    private volatile @Nullable List<WordTiming> words;
    private volatile boolean unspeakable;

    NativeSynthesisStream(
            NativeSynthesizer synthesizer,
            VoiceLibrary.TtsStream stream,
            StreamMemory memory,
            String text,
            int textBytes) {
        this.stream = stream;
        this.memory = memory;
        this.text = text;
        this.textBytes = textBytes;
        this.handle = new NativeHandle("synthesis stream", () -> {
            VoiceLibrary.voice_tts_stream_close(stream);
            synthesizer.giveMemory(memory);
        });
    }

    @Override
    public synchronized int read(short[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            throw new IllegalArgumentException("length=0: must be at least 1");
        }
        handle.enter();
        try {
            int capacity = Math.min(length, StreamMemory.CHUNK_SAMPLES);
            int status =
                    VoiceLibrary.voice_tts_stream_next(stream, memory.samplesPointer, capacity, memory.countPointer);
            if (status == Status.END || status == Status.CANCELLED) {
                unspeakable = status == Status.END && words == null;
                return END;
            }
            Status.check(status, VoiceException.Code.SYNTHESIS);
            int samples = memory.count.get(0);
            memory.samples.get(0, buffer, offset, samples);
            if (words == null) {
                words = memory.words(stream, text, textBytes);
            }
            return samples;
        } finally {
            handle.exit();
        }
    }

    /** {@inheritDoc} Known from the first samples on; still there after {@link #close}. */
    @Override
    public List<WordTiming> words() {
        List<WordTiming> known = words;
        return known != null ? known : List.of();
    }

    /** {@inheritDoc} The native core reports what fails, so an end without samples is a text without anything for this voice. */
    @Override
    public boolean isUnspeakable() {
        return unspeakable;
    }

    @Override
    public void cancel() {
        if (handle.tryEnter()) {
            try {
                VoiceLibrary.voice_tts_stream_cancel(stream);
            } finally {
                handle.exit();
            }
        }
    }

    @Override
    public void close() {
        cancel();
        handle.close();
    }
}
