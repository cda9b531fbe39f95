package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.tts.PronouncedWord;
import dev.duplexvoice.tts.Pronouncer;
import java.text.Normalizer;
import java.util.function.UnaryOperator;

/**
 * Reads a text as phonemes: words from a pronouncer, parted by spaces, and between them the mark that the text has there. Letters with
 * marks are taken apart, as the voices have learned them.
 */
final class PhonemeReader implements TextReader {
    private final Pronouncer pronouncer;
    private final UnaryOperator<String> alphabet;

    /**
     * A reader.
     *
     * @param alphabet turns a word's phonemes into the voice's symbols
     */
    PhonemeReader(Pronouncer pronouncer, UnaryOperator<String> alphabet) {
        this.pronouncer = pronouncer;
        this.alphabet = alphabet;
    }

    @Override
    public Symbols read(String text) {
        Symbols symbols = new Symbols();
        int textAt = 0;
        for (PronouncedWord word : pronouncer.pronounce(text)) {
            if (symbols.size() > 0) {
                addMark(symbols, text, textAt, word.textBegin());
                symbols.addSpace();
            }
            int begin = symbols.size();
            Normalizer.normalize(alphabet.apply(word.ipa()), Normalizer.Form.NFD)
                    .codePoints()
                    .forEach(symbols::add);
            symbols.addWord(begin, word.textBegin(), word.textEnd());
            textAt = word.textEnd();
        }
        if (symbols.size() > 0) {
            addMark(symbols, text, textAt, text.length());
        }
        return symbols;
    }

    /** The first mark between two words; voices were taught one at a time. */
    private static void addMark(Symbols symbols, String text, int begin, int end) {
        for (int i = begin; i < Math.min(end, text.length()); i++) {
            char mark = mark(text.charAt(i));
            if (mark != 0) {
                symbols.add(mark);
                return;
            }
        }
    }

    private static char mark(char c) {
        return switch (c) {
            case '.', '…', '。', '．', '।', '۔' -> '.';
            case ',', '，', '、', '،' -> ',';
            case ';', '；', '؛' -> ';';
            case ':', '：' -> ':';
            case '?', '？', '؟' -> '?';
            case '!', '！' -> '!';
            default -> 0;
        };
    }
}
