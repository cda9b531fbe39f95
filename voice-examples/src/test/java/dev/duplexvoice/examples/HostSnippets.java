package dev.duplexvoice.examples;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.examples.hosting.AudioPublisher;
import dev.duplexvoice.tts.PhraseCache;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/** The README's ways to connect a session, so that the build compiles what a reader copies. */
final class HostSnippets {
    private HostSnippets() {}

    /** Where audio is played. */
    interface Speaker {
        void write(short[] samples, int length);

        void drop();
    }

    static void read(DuplexSession session, Speaker speaker) {
        // begin read
        short[] frame = new short[session.options().output().frameSamples()];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        int samples;
        while ((samples = session.readAudio(frame, header, Duration.ofSeconds(1))) >= 0) { // -1: the session has ended
            speaker.write(frame, samples); // 0 samples: nothing was said for a second
        }
        // end
    }

    static void poll(DuplexSession session, short[] frame, FrameRing.FrameHeader header, Speaker speaker) {
        // begin poll
        int samples = session.pollAudio(frame, header); // every 20 ms, from the host's own event loop; never waits
        if (samples > 0) {
            speaker.write(frame, samples);
            session.played(header.timestamp() + samples); // if the host knows: what is heard is then what was played
        }
        // end
    }

    static DuplexSession push(VoiceEngine engine, OutputStream network) {
        // begin push
        AudioSink sink = (samples, length, position) -> { // on a worker thread; it may block
            ByteBuffer bytes = ByteBuffer.allocate(2 * length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asShortBuffer().put(samples, 0, length);
            try {
                network.write(bytes.array());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e); // becomes an event of this session
            }
        };
        return engine.open(SessionOptions.builder().audioSink(sink).build());
        // end
    }

    static SessionOptions listen(Speaker speaker) {
        // begin listen
        return SessionOptions.builder()
                .listener(
                        event -> { // in order, on a worker thread; it may block
                            if (event instanceof SessionEvent.Interrupted) {
                                speaker.drop(); // what is on its way is not wanted any more
                            } else if (event instanceof SessionEvent.ReplyFinished reply) {
                                System.out.println("heard: " + reply.heard());
                            }
                        })
                .build();
        // end
    }

    static DuplexSession repeat(VoiceEngine engine) {
        // begin repeat
        PhraseCache voice = new PhraseCache(engine.openVoice("rms"), 20_000_000); // bytes of audio; yours to close
        voice.warm(List.of("Welcome back.", "How can I help you?"));
        return engine.open(SessionOptions.builder().synthesizer(voice).build());
        // end
    }

    static DuplexSession flow(VoiceEngine engine, Executor executor, Flow.Subscriber<AudioPublisher.Item> subscriber) {
        // begin flow
        AudioPublisher publisher = new AudioPublisher(executor, 8);
        publisher.subscribe(subscriber);
        return engine.open(SessionOptions.builder().audioSink(publisher).build());
        // end
    }
}
