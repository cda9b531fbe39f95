package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.IntPointer;

/** A {@code voice_vocoder_stream}. */
final class NativeVocoderStream implements VocoderStream {
    private static final int MAX_FRAMES = 65_536;

    private final NativeVocoder vocoder;
    private final VoiceLibrary.GeneratorStream stream;
    private final NativeHandle handle;
    private final IntBuffer count;
    private final IntPointer countPointer;

    /** With direct memory for a number. */
    NativeVocoderStream(NativeVocoder vocoder, VoiceLibrary.GeneratorStream stream, IntBuffer count) {
        this.vocoder = vocoder;
        this.stream = stream;
        this.count = count;
        this.countPointer = new IntPointer(count);
        this.handle = new NativeHandle("vocoder stream", () -> VoiceLibrary.voice_vocoder_stream_close(stream));
    }

    @Override
    public int push(FloatBuffer frames, int frameCount, int stride, FloatBuffer samples) {
        if (frameCount < 1 || frameCount > MAX_FRAMES) {
            throw new IllegalArgumentException("count=" + frameCount + ": must be 1 to " + MAX_FRAMES);
        }
        if (stride < frameCount) {
            throw new IllegalArgumentException("stride=" + stride + ": must be at least count=" + frameCount);
        }
        require("frames", frames, (vocoder.channels() - 1L) * stride + frameCount);
        require("samples", samples, (long) frameCount * vocoder.samplesPerFrame());
        handle.enter();
        try {
            return written(VoiceLibrary.voice_vocoder_stream_push(
                    stream,
                    NativeVocoder.pointer(frames),
                    frameCount,
                    stride,
                    NativeVocoder.pointer(samples),
                    samples.remaining(),
                    countPointer));
        } finally {
            handle.exit();
        }
    }

    @Override
    public int flush(FloatBuffer samples) {
        require("samples", samples, vocoder.lookAheadSamples());
        handle.enter();
        try {
            return written(VoiceLibrary.voice_vocoder_stream_flush(
                    stream, NativeVocoder.pointer(samples), samples.remaining(), countPointer));
        } finally {
            handle.exit();
        }
    }

    private int written(int status) {
        if (status == Status.END) {
            throw new IllegalStateException("the utterance was flushed: reset the stream for the next");
        }
        Status.check(status, VoiceException.Code.SYNTHESIS);
        return count.get(0);
    }

    private static void require(String name, FloatBuffer buffer, long values) {
        if (buffer.remaining() < values) {
            throw new IllegalArgumentException(
                    name + ".remaining=" + buffer.remaining() + ": must be at least " + values);
        }
    }

    @Override
    public void reset() {
        handle.enter();
        try {
            Status.check(VoiceLibrary.voice_vocoder_stream_reset(stream));
        } finally {
            handle.exit();
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
