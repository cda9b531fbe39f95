package dev.duplexvoice.onnx.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns symbols into the ids that a network is given. Symbols that it does not know are left out; each is told of once. A word, or of a
 * voice that is given characters a part of one, of which nothing is left has no place in a phrase. Texts that are
 * longer than a network takes become several phrases, parted between words.
 */
final class Phrasing {
    private static final Logger LOG = LoggerFactory.getLogger(Phrasing.class);
    /** Beyond it somebody feeds garbage, and the log has told enough. */
    private static final int MOST_TOLD = 200;

    private final String voice;
    private final Map<Integer, long[]> ids;
    private final Map<Integer, int[]> replacements;
    private final long[] first;
    private final long[] between;
    private final long[] last;
    private final int longest;
    private final Set<Integer> told = ConcurrentHashMap.newKeySet();

    /**
     * Rules of a voice.
     *
     * @param voice its name, for the log
     * @param ids of each symbol
     * @param replacements symbols that others stand for
     * @param first ids that a phrase begins with
     * @param between ids that follow each symbol
     * @param last ids that a phrase ends with
     * @param longest symbols of a phrase
     */
    Phrasing(
            String voice,
            Map<Integer, long[]> ids,
            Map<Integer, int[]> replacements,
            long[] first,
            long[] between,
            long[] last,
            int longest) {
        this.voice = voice;
        this.ids = ids;
        this.replacements = replacements;
        this.first = first;
        this.between = between;
        this.last = last;
        this.longest = longest;
    }

    /** The phrases; none if there is nothing that the network knows. */
    List<Phrase> phrases(Symbols read) {
        List<Phrase> phrases = new ArrayList<>();
        Symbols symbols = known(read);
        int begin = 0;
        while (begin < symbols.size()) {
            int end = end(symbols, begin);
            phrases.add(phrase(symbols, begin, end));
            begin = end;
        }
        return phrases;
    }

    /** Those that the network knows, replaced where the voice says so. */
    private Symbols known(Symbols symbols) {
        Symbols known = new Symbols();
        int[] places = new int[symbols.size() + 1];
        BitSet lost = new BitSet();
        boolean sounds = false;
        for (int i = 0; i < symbols.size(); i++) {
            places[i] = known.size();
            int codePoint = symbols.codePoint(i);
            int[] spoken = replacements.getOrDefault(codePoint, new int[] {codePoint});
            for (int symbol : spoken) {
                if (ids.containsKey(symbol)) {
                    known.add(symbol);
                    sounds |= Symbols.isSounding(symbol);
                } else {
                    tell(symbol);
                }
            }
            // One that the voice wants replaced by nothing is silent, and not lost.
            lost.set(i, Symbols.isSounding(codePoint) && spoken.length > 0 && known.size() == places[i]);
        }
        places[symbols.size()] = known.size();
        for (Symbols.Word word : symbols.words()) {
            addWord(word, symbols, lost, places, known.words());
        }
        return sounds ? known : new Symbols();
    }

    /** Adds what is left of a word to those of the known symbols. */
    private static void addWord(
            Symbols.Word word, Symbols symbols, BitSet lost, int[] places, List<Symbols.Word> words) {
        int firstLost = lost.nextSetBit(word.begin());
        if (firstLost < 0 || firstLost >= word.end()) {
            words.add(new Symbols.Word(places[word.begin()], places[word.end()], word.textBegin(), word.textEnd()));
        } else if (symbols.hasPlace(firstLost)) {
            addParts(word, symbols, lost, places, words);
        } else if (anySounds(word, symbols, lost)) {
            // Which letters a phoneme stands for is not known: without one of them the word is said, if badly.
            words.add(new Symbols.Word(places[word.begin()], places[word.end()], word.textBegin(), word.textEnd()));
        }
    }

    private static boolean anySounds(Symbols.Word word, Symbols symbols, BitSet lost) {
        for (int i = word.begin(); i < word.end(); i++) {
            if (!lost.get(i) && Symbols.isSounding(symbols.codePoint(i))) {
                return true;
            }
        }
        return false;
    }

    /** The parts of a word between the characters that are lost. */
    private static void addParts(
            Symbols.Word word, Symbols symbols, BitSet lost, int[] places, List<Symbols.Word> words) {
        int begin = word.begin();
        while (begin < word.end()) {
            int end = begin;
            while (end < word.end() && !lost.get(end)) {
                end++;
            }
            if (places[begin] < places[end]) {
                words.add(new Symbols.Word(
                        places[begin], places[end], symbols.textBegin(begin), symbols.textEnd(end - 1)));
            }
            begin = end + 1;
            while (begin < word.end()
                    && symbols.textBegin(begin) == symbols.textBegin(end)
                    && !Symbols.isSounding(symbols.codePoint(begin))) {
                begin++; // a mark goes with its letter
            }
        }
    }

    private void tell(int symbol) {
        if (told.size() < MOST_TOLD && told.add(symbol)) {
            LOG.warn(
                    "voice {} has no symbol {} and leaves it out",
                    voice,
                    Character.isISOControl(symbol) || Character.getType(symbol) == Character.SURROGATE
                            ? String.format("U+%04X", symbol)
                            : String.format("%s (U+%04X)", Character.toString(symbol), symbol));
        }
    }

    private int end(Symbols symbols, int begin) {
        if (symbols.size() - begin <= longest) {
            return symbols.size();
        }
        for (int end = begin + longest; end > begin + longest / 2; end--) {
            if (symbols.codePoint(end - 1) == ' ') {
                return end;
            }
        }
        return begin + longest;
    }

    private Phrase phrase(Symbols symbols, int begin, int end) {
        LongArray all = new LongArray();
        all.add(first);
        int[] places = new int[end - begin + 1];
        int[] ends = new int[end - begin + 1];
        for (int i = begin; i < end; i++) {
            places[i - begin] = all.size();
            all.add(ids.getOrDefault(symbols.codePoint(i), first));
            ends[i - begin + 1] = all.size();
            all.add(between);
        }
        places[end - begin] = all.size();
        all.add(last);
        List<Phrase.Word> words = new ArrayList<>();
        for (Symbols.Word word : symbols.words()) {
            int from = Math.max(word.begin(), begin);
            int to = Math.min(word.end(), end);
            if (from < to) {
                words.add(new Phrase.Word(places[from - begin], ends[to - begin], word.textBegin(), word.textEnd()));
            }
        }
        return new Phrase(all.toArray(), end - begin, words);
    }
}
