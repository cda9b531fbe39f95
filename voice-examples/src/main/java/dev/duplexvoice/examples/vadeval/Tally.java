package dev.duplexvoice.examples.vadeval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the windows of labelled recordings, and scores them. A window counts with the label at its middle. */
public final class Tally {
    private static final float THRESHOLD = 0.5f;

    private float[] probabilities = new float[1_024];
    private boolean[] speech = new boolean[1_024];
    private int windows;
    private int speechWindows;
    private final List<Double> delays = new ArrayList<>();
    private int missed;

    /** A tally of nothing. */
    public Tally() {}

    /** Adds a recording: the probabilities of its windows, each of {@code windowSeconds}. */
    public void add(float[] values, double windowSeconds, Labels labels) {
        List<Labels.Span> spans = labels.spans();
        int span = 0;
        for (int i = 0; i < values.length; i++) {
            double middle = (i + 0.5) * windowSeconds;
            while (span < spans.size() && spans.get(span).end() <= middle) {
                span++;
            }
            if (span < spans.size() && spans.get(span).start() <= middle) {
                add(values[i], spans.get(span).speech());
            }
        }
        for (Labels.Span stretch : labels.speech()) {
            onset(values, windowSeconds, stretch);
        }
    }

    private void add(float probability, boolean isSpeech) {
        if (windows == probabilities.length) {
            probabilities = Arrays.copyOf(probabilities, 2 * windows);
            speech = Arrays.copyOf(speech, 2 * windows);
        }
        probabilities[windows] = probability;
        speech[windows++] = isSpeech;
        speechWindows += isSpeech ? 1 : 0;
    }

    /** From the labelled onset to the end of the first window that holds some of the speech and is taken for it. */
    private void onset(float[] values, double windowSeconds, Labels.Span stretch) {
        for (int i = (int) (stretch.start() / windowSeconds);
                i < values.length && i * windowSeconds < stretch.end();
                i++) {
            if (values[i] >= THRESHOLD) {
                delays.add((i + 1) * windowSeconds - stretch.start());
                return;
            }
        }
        missed++;
    }

    /** Windows that were labelled. */
    public int windows() {
        return windows;
    }

    /** The scores of all that was added. */
    public Scores scores() {
        Integer[] order = new Integer[windows];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Float.compare(probabilities[b], probabilities[a]));
        int noiseWindows = windows - speechWindows;
        List<Scores.Point> roc = new ArrayList<>();
        roc.add(new Scores.Point(0, 0));
        double area = 0;
        double bestF1 = Double.NaN;
        double bestThreshold = Double.NaN;
        int hits = 0;
        int alarms = 0;
        for (int i = 0; i < windows; ) {
            float threshold = probabilities[order[i]];
            int hitsBefore = hits;
            int alarmsBefore = alarms;
            // Windows of equal probability change sides together: between them the curve is a straight line.
            for (; i < windows && probabilities[order[i]] == threshold; i++) {
                if (speech[order[i]]) {
                    hits++;
                } else {
                    alarms++;
                }
            }
            area += (alarms - alarmsBefore) * (hits + hitsBefore) / 2.0;
            roc.add(new Scores.Point(part(alarms, noiseWindows), part(hits, speechWindows)));
            double f1 = f1(hits, alarms);
            if (!(f1 <= bestF1)) {
                bestF1 = f1;
                bestThreshold = threshold;
            }
        }
        int hitsAtHalf = 0;
        int alarmsAtHalf = 0;
        for (int i = 0; i < windows; i++) {
            if (probabilities[i] >= THRESHOLD) {
                hitsAtHalf += speech[i] ? 1 : 0;
                alarmsAtHalf += speech[i] ? 0 : 1;
            }
        }
        double auc = speechWindows == 0 || noiseWindows == 0 ? Double.NaN : area / speechWindows / noiseWindows;
        double[] sorted =
                delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Scores(
                windows,
                part(speechWindows, windows),
                auc,
                f1(hitsAtHalf, alarmsAtHalf),
                bestF1,
                bestThreshold,
                part(hitsAtHalf + noiseWindows - alarmsAtHalf, windows),
                part(alarmsAtHalf, noiseWindows),
                quantile(sorted, 0.5),
                quantile(sorted, 0.9),
                sorted.length + missed,
                missed,
                roc);
    }

    private double f1(int hits, int alarms) {
        return speechWindows == 0 ? Double.NaN : 2.0 * hits / (hits + alarms + speechWindows);
    }

    private static double part(int count, int of) {
        return of == 0 ? Double.NaN : (double) count / of;
    }

    /** The least value that at least this part of the values do not exceed. */
    private static double quantile(double[] sorted, double part) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
}
