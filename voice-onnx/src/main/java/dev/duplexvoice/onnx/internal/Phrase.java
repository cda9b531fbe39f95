package dev.duplexvoice.onnx.internal;

import java.util.List;

/**
 * What a network is given at once.
 *
 * @param ids of its symbols, with those that it wants at both ends and between them
 * @param symbols how many symbols they stand for
 * @param words the words in them, in order
 */
record Phrase(long[] ids, int symbols, List<Word> words) {

    /**
     * A word's places in the ids and in the text, ends exclusive.
     */
    record Word(int idBegin, int idEnd, int textBegin, int textEnd) {}
}
