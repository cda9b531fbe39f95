package dev.duplexvoice.examples.report;

/**
 * A waveform reduced to what a screen can show.
 *
 * @param stepSeconds time one point covers
 * @param peak largest magnitude in the audio, 0 to 1 of full scale
 * @param points per point two signed bytes, minimum then maximum, as a share of {@code peak} where 127 is all of it
 */
record Envelope(double stepSeconds, double peak, byte[] points) {
    static Envelope of(short[] pcm, int rate, int maxPoints) {
        int step = Math.max(1, (pcm.length + maxPoints - 1) / maxPoints);
        int peak = 1;
        for (short sample : pcm) {
            peak = Math.max(peak, Math.abs((int) sample));
        }
        int count = (pcm.length + step - 1) / step;
        byte[] points = new byte[2 * count];
        for (int i = 0; i < count; i++) {
            int min = Short.MAX_VALUE;
            int max = Short.MIN_VALUE;
            for (int j = i * step; j < Math.min(pcm.length, (i + 1) * step); j++) {
                min = Math.min(min, pcm[j]);
                max = Math.max(max, pcm[j]);
            }
            points[2 * i] = (byte) Math.round(127f * min / peak);
            points[2 * i + 1] = (byte) Math.round(127f * max / peak);
        }
        return new Envelope((double) step / rate, pcm.length == 0 ? 0 : peak / 32768.0, points);
    }

    /** Probabilities as unsigned bytes, 255 for 1; each byte is the highest of {@code step} windows. */
    static byte[] ofProbabilities(float[] probabilities, int step) {
        byte[] points = new byte[(probabilities.length + step - 1) / step];
        for (int i = 0; i < points.length; i++) {
            float highest = 0;
            for (int j = i * step; j < Math.min(probabilities.length, (i + 1) * step); j++) {
                highest = Math.max(highest, probabilities[j]);
            }
            points[i] = (byte) Math.round(255 * Math.min(1, highest));
        }
        return points;
    }
}
