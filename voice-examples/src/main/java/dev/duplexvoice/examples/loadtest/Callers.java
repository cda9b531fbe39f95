package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.examples.WholeAudio;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What the callers say: recordings at 16 kHz that are played over and over, each a whole number of 20 ms chunks. Every
 * session begins somewhere else in one of them.
 */
public final class Callers {
    /** Samples per second. */
    public static final int RATE = 16_000;

    static final int CHUNK = RATE / 50;

    private static final int SECONDS = 60;
    private static final int NOISE = 6;

    /** Where a recording begins again there is room for a reply. */
    private static final int GAP = 4 * RATE;

    private static final List<String> QUESTIONS = List.of(
            "Good morning, could you tell me what you can do?",
            "I would like to change my booking for next Thursday.",
            "What does it cost?",
            "Wait, that is not what I meant.",
            "And can I bring my bicycle on the train?",
            "My number is four, seven, one, nine, two.",
            "No, thank you.",
            "Please tell me more about the second one, and about how long it takes to get there.");

    private Callers() {}

    /**
     * Callers with the embedded voices: some let a reply finish, some cut it off, some only make a sound.
     *
     * @param seed decides who says what when
     */
    public static List<short[]> spoken(VoiceEngine engine, long seed) {
        String[] voices = {"rms", "slt", "awb", "slt"};
        double[] gains = {1, 0.5, 0.7, 0.25};
        List<short[]> recordings = new ArrayList<>();
        for (int i = 0; i < voices.length; i++) {
            Random random = new Random(seed * 31 + i);
            try (SpeechSynthesizer voice = engine.openVoice(voices[i])) {
                List<short[]> lines = new ArrayList<>();
                for (String text : QUESTIONS) {
                    lines.add(
                            WholeAudio.resample(engine, Clip.speak(voice, text).samples(), voice.sampleRate(), RATE));
                }
                short[] sound = shortSound(
                        WholeAudio.resample(engine, Clip.speak(voice, "Ah.").samples(), voice.sampleRate(), RATE));
                recordings.add(conversation(lines, sound, gains[i], random));
            }
        }
        return recordings;
    }

    /** Recordings of the user's own at {@link #RATE}; each gets a pause at its end, so that it has a turn at least. */
    public static List<short[]> recorded(List<short[]> recordings) {
        return recordings.stream()
                .map(samples -> Arrays.copyOf(samples, wholeChunks(samples.length + GAP)))
                .toList();
    }

    private static short[] conversation(List<short[]> lines, short[] sound, double gain, Random random) {
        short[] recording = new short[wholeChunks(SECONDS * RATE)];
        for (int i = 0; i < recording.length; i++) {
            recording[i] = (short) (random.nextGaussian() * NOISE);
        }
        int at = between(0.2, 1, random);
        while (true) {
            short[] line = lines.get(random.nextInt(lines.size()));
            if (at + line.length + GAP > recording.length) {
                return recording;
            }
            mix(recording, at, line, gain);
            at += line.length;
            double temper = random.nextDouble();
            if (temper < 0.4) {
                at += between(5.5, 7, random); // waits for the whole reply
            } else if (temper < 0.75) {
                at += between(1.5, 3.5, random); // cuts it off
            } else {
                at += between(1.8, 2.5, random);
                mix(recording, at, sound, gain); // makes it pause
                at += sound.length + between(4, 6, random);
            }
        }
    }

    /** A sound of the length of a cough, the loudest 220 ms, faded: it pauses a reply and is too short to cut it off. */
    private static short[] shortSound(short[] speech) {
        int length = RATE * 22 / 100;
        int best = 0;
        long most = -1;
        for (int from = 0; from + length <= speech.length; from += RATE / 100) {
            long energy = 0;
            for (int i = from; i < from + length; i++) {
                energy += (long) speech[i] * speech[i];
            }
            if (energy > most) {
                most = energy;
                best = from;
            }
        }
        short[] sound = Arrays.copyOfRange(speech, best, best + length);
        int fade = RATE / 100;
        for (int i = 0; i < fade; i++) {
            sound[i] = (short) (sound[i] * i / fade);
            sound[length - 1 - i] = (short) (sound[length - 1 - i] * i / fade);
        }
        return sound;
    }

    private static void mix(short[] into, int at, short[] speech, double gain) {
        for (int i = 0; i < speech.length && at + i < into.length; i++) {
            double sum = into[at + i] + gain * speech[i];
            into[at + i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sum));
        }
    }

    private static int between(double from, double to, Random random) {
        return (int) ((from + (to - from) * random.nextDouble()) * RATE);
    }

    private static int wholeChunks(int samples) {
        return (samples + CHUNK - 1) / CHUNK * CHUNK;
    }
}
