package dev.duplexvoice.examples.demo;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.examples.conversation.Caller;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import java.util.List;
import java.util.Random;

/**
 * Says the lines of a script over mild noise: most of them once the reply before is over, some into it. Also plays its own
 * recognizer, which knows the words and gives them when the session has heard the line end.
 */
final class ScriptedCaller implements Caller {
    /** Mild: about -56 dB below full scale. */
    private static final double NOISE = 50;

    private static final int FRAMES_BEFORE_FIRST = 600 / AudioFormat.FRAME_MILLIS;
    private static final int FRAMES_AFTER_REPLY = 700 / AudioFormat.FRAME_MILLIS;
    private static final int FRAMES_INTO_REPLY = 3_400 / AudioFormat.FRAME_MILLIS;

    private final List<DemoScript.Line> lines;
    private final List<short[]> audio;
    private final Random random = new Random(7);
    private int line;
    private int at;
    private int wait = FRAMES_BEFORE_FIRST;
    private boolean waiting = true;
    private boolean lastAnswered;
    private volatile String said = "";

    /** @param audio of each line, in the session's input format */
    ScriptedCaller(List<DemoScript.Line> lines, List<short[]> audio) {
        this.lines = lines;
        this.audio = audio;
    }

    @Override
    public void fill(short[] frame) {
        for (int i = 0; i < frame.length; i++) {
            frame[i] = (short) (random.nextGaussian() * NOISE);
        }
        if (line == lines.size() || waiting && wait < 0) {
            return;
        }
        if (waiting && wait-- > 0) {
            return;
        }
        waiting = false;
        short[] words = audio.get(line);
        int count = Math.min(frame.length, words.length - at);
        for (int i = 0; i < count; i++) {
            frame[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, frame[i] + words[at + i]));
        }
        at += count;
        if (at == words.length) {
            said = lines.get(line).text();
            line++;
            at = 0;
            waiting = true;
            wait = -1;
        }
    }

    @Override
    public void on(SessionEvent event) {
        boolean interrupts = line < lines.size() && lines.get(line).interrupts();
        if (event instanceof SessionEvent.FirstAudio && interrupts && waiting) {
            wait = FRAMES_INTO_REPLY;
        } else if (event instanceof SessionEvent.ReplyFinished finished && !finished.interrupted()) {
            if (line == lines.size()) {
                lastAnswered = true;
            } else if (waiting && wait < 0) {
                wait = FRAMES_AFTER_REPLY;
            }
        } else if (event instanceof SessionEvent.Closed) {
            lastAnswered = true;
        }
    }

    @Override
    public boolean isFinished() {
        return line == lines.size() && lastAnswered;
    }

    @Override
    public boolean expectsAnswer() {
        return false;
    }

    /** Understands this caller perfectly. */
    SpeechRecognizer recognizer() {
        return (sampleRate, sink) -> new RecognitionStream() {
            @Override
            public void speechEnded() {
                String text = said;
                if (!text.isEmpty()) {
                    said = "";
                    sink.transcript(text, true);
                }
            }
        };
    }
}
