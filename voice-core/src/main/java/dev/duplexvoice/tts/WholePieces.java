package dev.duplexvoice.tts;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into pieces no longer than a limit, each of as many sentences as fit. */
final class WholePieces {
    private final TextSegment all;
    private final String text;
    private final int longest;
    private final List<TextSegment> pieces = new ArrayList<>();
    /** Where the piece begins that is being filled, and where the sentences end that it has so far. */
    private int begin;

    private int filled;
    /** Where it begins in the source. */
    private int sourceBegin;

    /** @param longest characters of a piece, at least 2 */
    WholePieces(TextSegment all, int longest) {
        this.all = all;
        this.text = all.text();
        this.longest = longest;
        this.sourceBegin = all.begin();
    }

    /** The next sentence ends before this character of the source. */
    void sentence(int sourceEnd) {
        int end = filled;
        while (end < text.length() && all.sourceBegin(end) < sourceEnd) {
            end++;
        }
        if (end - begin > longest && filled > begin) {
            add(filled);
        }
        while (end - begin > longest) {
            add(cut());
        }
        filled = end;
    }

    /** All pieces; what follows the last sentence has nothing to say. */
    List<TextSegment> take() {
        if (filled > begin) {
            add(text.length() - begin <= longest ? text.length() : filled);
        }
        return pieces;
    }

    private void add(int end) {
        TextSegment piece = all.part(begin, end, sourceBegin);
        pieces.add(piece);
        sourceBegin = piece.end();
        begin = end;
        while (begin < text.length() && text.charAt(begin) == ' ') {
            begin++;
        }
        filled = begin;
    }

    /** Where a sentence is cut that is too long. A stump of less than half a piece is worse than a cut between words. */
    private int cut() {
        int limit = begin + longest;
        for (int end = limit; end > begin + longest / 2; end--) {
            if (isClauseEnd(end)) {
                return end;
            }
        }
        for (int end = limit; end > begin; end--) {
            if (text.charAt(end) == ' ') {
                return end;
            }
        }
        return Characters.wholeEnd(text::charAt, begin, limit);
    }

    private boolean isClauseEnd(int end) {
        char mark = text.charAt(end - 1);
        return Characters.isWideClauseEnd(mark) || Characters.isClauseEnd(mark) && text.charAt(end) == ' ';
    }
}
