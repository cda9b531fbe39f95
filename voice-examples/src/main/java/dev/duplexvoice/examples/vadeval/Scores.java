package dev.duplexvoice.examples.vadeval;

import java.util.List;

/**
 * How well a detector did; NaN where the labels do not tell.
 *
 * @param windows labelled windows
 * @param speechShare part of them that is speech
 * @param auc area under the ROC curve, 0 to 1: how likely a window of speech has a higher probability than one without
 * @param f1 harmonic mean of precision and recall at a threshold of 0.5
 * @param bestF1 the highest that any threshold reaches
 * @param bestThreshold that threshold
 * @param accuracy part of the windows that is told right at 0.5
 * @param falseAlarms part of the windows without speech that is taken for speech at 0.5
 * @param onsetMedian seconds from a labelled onset to the end of the first window that is taken for speech
 * @param onsetP90 what nine of ten onsets need at most, in seconds
 * @param onsets labelled onsets
 * @param missed onsets whose speech was never noticed; they are in no delay
 * @param roc the ROC curve, from (0, 0) to (1, 1)
 */
public record Scores(
        int windows,
        double speechShare,
        double auc,
        double f1,
        double bestF1,
        double bestThreshold,
        double accuracy,
        double falseAlarms,
        double onsetMedian,
        double onsetP90,
        int onsets,
        int missed,
        List<Point> roc) {

    /** A point of the ROC curve. */
    public record Point(double falseAlarms, double hits) {}

    /** Copies the list. */
    public Scores {
        roc = List.copyOf(roc);
    }
}
