package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.time.VirtualClock;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A service over an engine with a virtual clock: all of client, server and engine runs on the thread that drives the clock. */
final class VirtualServer implements AutoCloseable {
    final VirtualClock clock = new VirtualClock();
    final NumberedVoice voice = new NumberedVoice();
    final VoiceEngine engine;
    final ManagedChannel channel;
    /** What sessions get besides the voice. */
    BiConsumer<ConverseCaller, SessionOptions.Builder> configure = (caller, options) -> {};

    /** Where sessions are opened. */
    Executor openers = Runnable::run;

    private final Server server;

    VirtualServer() {
        this(builder -> builder);
    }

    VirtualServer(UnaryOperator<VoiceEngine.Builder> how) {
        this(how, service -> service);
    }

    VirtualServer(UnaryOperator<VoiceEngine.Builder> how, UnaryOperator<ConverseService.Builder> service) {
        engine = how.apply(
                        VoiceEngine.builder().clock(clock).providers(List.of()).detector("energy", null))
                .build();
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor()
                    .addService(service.apply(ConverseService.builder(engine))
                            .configure((caller, options) -> {
                                options.synthesizer(voice);
                                configure.accept(caller, options);
                            })
                            .openers(task -> openers.execute(task))
                            .timer((delay, task) -> {
                                clock.schedule(delay, task);
                                return () -> {};
                            })
                            .nanoTime(clock::nanoTime)
                            .build())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    }

    Talk talk() {
        return new Talk(channel);
    }

    void at(long millis, Runnable action) {
        clock.schedule(Duration.ofMillis(millis).minusNanos(clock.nanoTime()), action);
    }

    void runTo(long millis) {
        clock.runUntil(millis * 1_000_000);
    }

    /** Does what is due now. */
    void settle() {
        clock.advance(Duration.ZERO);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        engine.close();
    }
}
