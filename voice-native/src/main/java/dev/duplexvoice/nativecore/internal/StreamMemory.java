package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.tts.WordTiming;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/** The native memory of one synthesis stream, reused by the next one. */
final class StreamMemory {
    /** Samples of one native call, at 16 kHz a quarter of a second. */
    static final int CHUNK_SAMPLES = 4096;

    private static final int OPTIONS_BYTES = 12;
    private static final int WORD_BYTES = 24;

    final ByteBuffer text = DirectMemory.allocate(VoiceLibrary.TTS_MAX_TEXT_BYTES);
    final BytePointer textPointer = new BytePointer(text);
    final ShortBuffer samples =
            DirectMemory.allocate(CHUNK_SAMPLES * Short.BYTES).asShortBuffer();
    final ShortPointer samplesPointer = new ShortPointer(samples);
    final IntBuffer count = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    final IntPointer countPointer = new IntPointer(count);

    private final VoiceLibrary.TtsOptions options =
            new VoiceLibrary.TtsOptions(new BytePointer(DirectMemory.allocate(OPTIONS_BYTES)));
    private VoiceLibrary.TtsWords words;
    private int wordCapacity;

    StreamMemory() {
        wordCapacity = 64;
        words = newWords(wordCapacity);
    }

    private static VoiceLibrary.TtsWords newWords(int capacity) {
        return new VoiceLibrary.TtsWords(new BytePointer(DirectMemory.allocate(capacity * WORD_BYTES)));
    }

    VoiceLibrary.TtsOptions options(float rate, float pitch) {
        return options.struct_size(OPTIONS_BYTES).rate(rate).pitch(pitch);
    }

    /** The words of a stream whose first samples were read. */
    List<WordTiming> words(VoiceLibrary.TtsStream stream, String text, int textBytes) {
        Status.check(VoiceLibrary.voice_tts_stream_words(stream, words.position(0), wordCapacity, countPointer));
        int n = count.get(0);
        if (n > wordCapacity) {
            wordCapacity = n;
            words = newWords(n);
            Status.check(VoiceLibrary.voice_tts_stream_words(stream, words, n, countPointer));
        }
        int[] indices = Utf8.charIndices(text, textBytes);
        List<WordTiming> list = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            words.position(i);
            list.add(new WordTiming(
                    words.start_sample(), words.end_sample(), indices[words.text_begin()], indices[words.text_end()]));
        }
        return List.copyOf(list);
    }
}
