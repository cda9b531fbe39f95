package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.EndpointingOptions;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A session on the real clock whose replies are written word by word: the time from the word that completes the first clause to the
 * first frame that the host can take. The session's ticks, 20 ms apart, come when they come.
 */
final class FirstSound {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final SpeechSynthesizer voice;
    private final List<String> words;
    private final Random random = new Random(1);

    /**
     * A measurement.
     *
     * @param words what is written at a time, the first clause and more
     */
    FirstSound(SpeechSynthesizer voice, List<String> words) {
        this.voice = voice;
        this.words = words;
    }

    /** How many of the words it takes until there is a clause. */
    static int completing(List<String> words) {
        TextSegmenter segmenter = new TextSegmenter();
        for (int i = 0; i < words.size(); i++) {
            segmenter.append(words.get(i));
            if (segmenter.poll() != null) {
                return i;
            }
        }
        throw new IllegalArgumentException("words=" + words + ": are no clause");
    }

    /** Times so many replies, each in a session of its own, after a few that do not count. */
    Times run(VoiceEngine engine, int replies) throws InterruptedException {
        Times times = new Times();
        for (int i = -replies / 10 - 3; i < replies; i++) {
            long nanos = once(engine);
            if (i >= 0) {
                times.add(nanos);
            }
        }
        return times;
    }

    /** Times the voice alone with the first clause, on this thread. */
    Times alone(int times) {
        TextSegmenter segmenter = new TextSegmenter();
        words.forEach(segmenter::append);
        TextSegment clause = Objects.requireNonNull(segmenter.poll());
        short[] frame = new short[voice.sampleRate() / 50];
        Times alone = new Times();
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            try (SynthesisStream stream = voice.start(SynthesisRequest.of(clause.text()), () -> {})) {
                stream.read(frame, 0, frame.length);
                alone.add(System.nanoTime() - begin);
            }
        }
        return alone;
    }

    private long once(VoiceEngine engine) throws InterruptedException {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        SessionOptions options = SessionOptions.builder()
                .externalSpeech()
                .synthesizer(voice)
                .endpointing(new EndpointingOptions(EndpointingOptions.Mode.FIXED, Duration.ZERO, LONG))
                .responder((turn, reply) -> {
                    reply.detach();
                    replies.add(reply);
                })
                .build();
        short[] frame = new short[options.output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        int last = completing(words);
        try (DuplexSession session = engine.open(options)) {
            session.speechStarted();
            Thread.sleep(200);
            session.speechEnded(Duration.ZERO);
            Reply reply = replies.poll(10, TimeUnit.SECONDS);
            if (reply == null) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the session asked for no reply");
            }
            for (String word : words.subList(0, last)) {
                reply.write(word);
            }
            Thread.sleep(20 + random.nextInt(40), random.nextInt(1_000_000)); // anywhere between two ticks
            long begin = System.nanoTime();
            reply.write(words.get(last));
            int samples = session.readAudio(frame, header, LONG);
            long nanos = System.nanoTime() - begin;
            if (samples <= 0) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the session gave no audio within " + LONG);
            }
            return nanos;
        }
    }
}
