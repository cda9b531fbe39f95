package dev.duplexvoice.internal.output;

/**
 * Brings speech to a target loudness while it streams: the loudness so far decides what comes next. Pauses do not count, as in EBU R
 * 128: readings below -70 LUFS, and those 10 LU below what was measured before. The gain moves by at most
 * {@link #DB_PER_SECOND}, in a line within each 100 ms, so nothing jumps; what it has learned stays from reply to reply.
 * Not thread-safe.
 */
final class LoudnessGain {
    static final double MOST_BOOST_DB = 15;
    static final double MOST_CUT_DB = 30;
    static final double DB_PER_SECOND = 6;

    private static final double SILENT_LUFS = -70;
    private static final double PAUSE_LU = 10;
    /** The weight of a reading once 3 s were heard. */
    private static final int LONGEST_MEMORY = 30;
    /** A voice that stays below the gate for so long, 3 s, is a softer voice and not a pause. */
    private static final int MOST_LEFT_OUT = 30;

    private final LoudnessMeter meter;
    private final double targetLufs;
    private final int hopSamples;
    private double power;
    private int readings;
    private int leftOut;
    private double gainDb;
    private float gain = 1;
    private float step;
    private int stepsLeft;

    LoudnessGain(int sampleRate, double targetLufs) {
        this.meter = new LoudnessMeter(sampleRate);
        this.targetLufs = targetLufs;
        this.hopSamples = sampleRate / 10;
    }

    /** @param sample of 16 bits, and so is the result, but for what is too loud for them */
    float next(float sample) {
        if (meter.add(sample / 32_768.0)) {
            heard(meter.power());
        }
        if (stepsLeft > 0) {
            stepsLeft--;
            gain += step;
        }
        return sample * gain;
    }

    private void heard(double momentary) {
        double lufs = LoudnessMeter.lufs(momentary);
        if (lufs < SILENT_LUFS) {
            return;
        }
        if (readings > 0 && lufs < LoudnessMeter.lufs(power) - PAUSE_LU) {
            if (++leftOut < MOST_LEFT_OUT) {
                return;
            }
            readings = 0;
        }
        leftOut = 0;
        readings = Math.min(readings + 1, LONGEST_MEMORY);
        power += (momentary - power) / readings;
        double wanted = Math.max(-MOST_CUT_DB, Math.min(MOST_BOOST_DB, targetLufs - LoudnessMeter.lufs(power)));
        double most = DB_PER_SECOND / 10;
        gainDb += Math.max(-most, Math.min(most, wanted - gainDb));
        step = ((float) Math.pow(10, gainDb / 20) - gain) / hopSamples;
        stepsLeft = hopSamples;
    }

    /** A reply begins: what it is measured by begins anew, what is known of the voice stays. */
    void begin() {
        meter.reset();
    }

    double gainDb() {
        return gainDb;
    }
}
