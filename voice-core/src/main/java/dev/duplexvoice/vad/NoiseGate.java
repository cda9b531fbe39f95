package dev.duplexvoice.vad;

import java.util.Arrays;

/**
 * Tells whether a window of audio is louder than what the caller's room has been of late. The threshold follows the noise: it is
 * 2.5 times the 25th percentile of the energies of the last 100 windows, but at least 200; it is computed anew every 10 windows.
 * Energy is the root mean square on the 16-bit scale, 0 to 32,768.
 *
 * <p>While the agent speaks, its voice comes back through the caller's microphone, so a caller must be louder then: the
 * threshold is multiplied by {@link Activity#factor()}. Until 10 windows have been heard the threshold is the least one.
 *
 * <p>One stream, one thread; nothing is allocated after construction.
 */
public final class NoiseGate {
    /** Windows that the threshold is computed from. */
    public static final int WINDOWS = 100;

    /** The noise is the energy that this part of the windows stays below. */
    public static final double PERCENTILE = 0.25;

    /** How much louder than the noise speech is. */
    public static final float MULTIPLIER = 2.5f;

    /** The least threshold, so that in a silent room not every rustle passes. */
    public static final float MINIMUM = 200f;

    /** Windows between two updates of the threshold. */
    public static final int UPDATE_INTERVAL = 10;

    /** What the agent is doing, as far as the gate is concerned. */
    public enum Activity {
        /** It listens or thinks. */
        LISTENING(1.0),
        /** It speaks, and may be heard in the caller's audio. */
        SPEAKING(2.0),
        /** It has just been interrupted: the last of its voice may still be heard. */
        BARGED_IN(1.2);

        private final double factor;

        Activity(double factor) {
            this.factor = factor;
        }

        /** What the threshold is multiplied by: 1.0 listening, 2.0 speaking, 1.2 barged in. */
        public double factor() {
            return factor;
        }
    }

    private final float[] energies = new float[WINDOWS];
    private final float[] sorted = new float[WINDOWS];
    private int next;
    private int filled;
    private int sinceUpdate;
    private float base = MINIMUM;
    private float energy;
    private Activity activity = Activity.LISTENING;

    /** A gate that has heard nothing. */
    public NoiseGate() {}

    /** The root mean square of samples, 0 to 32,768. */
    public static float energy(short[] samples, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += samples[i] * samples[i];
        }
        return length == 0 ? 0 : (float) Math.sqrt((double) sum / length);
    }

    /**
     * Takes the energy of the next window.
     *
     * @return whether it passes: its energy is at or above {@link #threshold()}
     */
    public boolean window(float windowEnergy) {
        if (!(windowEnergy >= 0)) {
            throw new IllegalArgumentException("energy=" + windowEnergy + ": must be 0 or more");
        }
        energy = windowEnergy;
        energies[next] = windowEnergy;
        next = (next + 1) % WINDOWS;
        filled = Math.min(WINDOWS, filled + 1);
        if (++sinceUpdate == UPDATE_INTERVAL) {
            sinceUpdate = 0;
            update();
        }
        return windowEnergy >= threshold();
    }

    private void update() {
        System.arraycopy(energies, 0, sorted, 0, filled);
        Arrays.sort(sorted, 0, filled);
        base = Math.max(MINIMUM, sorted[(int) (PERCENTILE * filled)] * MULTIPLIER);
    }

    /** Says what the agent does from the next window on. */
    public void activity(Activity value) {
        activity = value;
    }

    /** What a window's energy must reach to pass, with the factor of the present activity. */
    public float threshold() {
        return (float) (base * activity.factor());
    }

    /**
     * The last window as a probability of speech, {@code e² / (e² + t²)} with its energy {@code e} and the threshold
     * {@code t}: 0.5 at the threshold, 0.8 at twice, 0.2 at half of it.
     */
    public float probability() {
        double e = (double) energy * energy;
        double t = (double) threshold() * threshold();
        return (float) (e / (e + t));
    }

    /** Forgets what was heard. */
    public void reset() {
        next = 0;
        filled = 0;
        sinceUpdate = 0;
        base = MINIMUM;
        energy = 0;
        activity = Activity.LISTENING;
    }
}
