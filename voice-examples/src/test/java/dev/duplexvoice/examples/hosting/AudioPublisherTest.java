package dev.duplexvoice.examples.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class AudioPublisherTest {

    private static final class Subscriber implements Flow.Subscriber<AudioPublisher.Item> {
        final BlockingQueue<AudioPublisher.Item> items = new LinkedBlockingQueue<>();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<Void> completed = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(AudioPublisher.Item item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            completed.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            completed.complete(null);
        }
    }

    @Test
    void shouldGiveWhatIsAskedForAndTellWhenToFlush() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Subscriber subscriber = new Subscriber();
        AudioPublisher publisher = new AudioPublisher(executor, 4);
        publisher.subscribe(subscriber);
        Flow.Subscription subscription = subscriber.subscription.get();
        try (VoiceEngine engine = VoiceEngine.create()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .audioSink(publisher)
                    .build());
            session.say("One, two, three, four, five, six, seven, eight, nine, ten.");
            subscription.request(3);
            for (int i = 0; i < 3; i++) {
                assertThat(subscriber.items.take()).isInstanceOf(AudioPublisher.Frame.class);
            }
            session.interrupt();
            subscription.request(Long.MAX_VALUE);
            AudioPublisher.Item item = subscriber.items.take();
            while (item instanceof AudioPublisher.Frame frame) {
                assertThat(frame.samples()).hasSize(960);
                item = subscriber.items.take();
            }
            assertThat(item).isInstanceOf(AudioPublisher.Flush.class);
        }
        subscriber.completed.get();
        executor.shutdown();
    }
}
