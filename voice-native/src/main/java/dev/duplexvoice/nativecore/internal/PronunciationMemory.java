package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.tts.PronouncedWord;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The native memory of one call of {@code voice_pronounce}, reused by the next one.
 *
 * <pre>
 * words       [wordCapacity][6] ints, a voice_pronounced_word each: text, name, phones, begin and end of each
 * characters  [characterCapacity] bytes of ASCII, which name and phones point into
 * </pre>
 */
final class PronunciationMemory {
    /** Longest text, in characters; flite itself sees no more than a hundred words at a time. */
    static final int MAX_TEXT_LENGTH = 2_048;

    private static final int WORD_INTS = 6;
    private static final int CHARACTERS_PER_WORD = 32;

    private final ByteBuffer text = DirectMemory.allocate(MAX_TEXT_LENGTH * Utf8.MAX_BYTES_PER_CHAR);
    private final BytePointer textPointer = new BytePointer(text);
    private final IntBuffer wordCount = DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final IntPointer wordCountPointer = new IntPointer(wordCount);
    private final IntBuffer characterCount =
            DirectMemory.allocate(Integer.BYTES).asIntBuffer();
    private final IntPointer characterCountPointer = new IntPointer(characterCount);

    private IntBuffer words = newWords(64);
    private IntPointer wordsPointer = new IntPointer(words);
    private ByteBuffer characters = DirectMemory.allocate(64 * CHARACTERS_PER_WORD);
    private BytePointer charactersPointer = new BytePointer(characters);

    private static IntBuffer newWords(int capacity) {
        return DirectMemory.allocate(capacity * WORD_INTS * Integer.BYTES).asIntBuffer();
    }

    /**
     * Appends the words of a text to {@code result}.
     *
     * @param piece at most {@link #MAX_TEXT_LENGTH} characters
     * @param offset where the piece begins in the text that the words' places are about
     */
    void pronounce(String piece, int offset, List<PronouncedWord> result) {
        int bytes = Utf8.encode(piece, text);
        if (call(bytes) == Status.FULL) {
            grow();
            call(bytes);
        }
        int[] indices = Utf8.charIndices(piece, bytes);
        int count = wordCount.get(0);
        for (int i = 0; i < count; i++) {
            int at = i * WORD_INTS;
            String name = ascii(words.get(at + 2), words.get(at + 3));
            String phones = ascii(words.get(at + 4), words.get(at + 5));
            result.add(new PronouncedWord(
                    EspeakIpa.of(name, phones), offset + indices[words.get(at)], offset + indices[words.get(at + 1)]));
        }
    }

    private int call(int bytes) {
        return Status.check(VoiceLibrary.voice_pronounce(
                textPointer,
                bytes,
                null,
                wordsPointer,
                words.capacity() / WORD_INTS,
                wordCountPointer,
                charactersPointer,
                characters.capacity(),
                characterCountPointer));
    }

    private void grow() {
        if (wordCount.get(0) > words.capacity() / WORD_INTS) {
            words = newWords(wordCount.get(0));
            wordsPointer = new IntPointer(words);
        }
        if (characterCount.get(0) > characters.capacity()) {
            characters = DirectMemory.allocate(characterCount.get(0));
            charactersPointer = new BytePointer(characters);
        }
    }

    private String ascii(int begin, int end) {
        char[] copy = new char[end - begin];
        for (int i = begin; i < end; i++) {
            copy[i - begin] = (char) characters.get(i);
        }
        return new String(copy);
    }
}
