package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.Capabilities;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.ControlResponse;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.EndSessionResponse;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesResponse;
import dev.duplexvoice.grpc.proto.tts.ListModelsRequest;
import dev.duplexvoice.grpc.proto.tts.ListModelsResponse;
import dev.duplexvoice.grpc.proto.tts.LoadModelRequest;
import dev.duplexvoice.grpc.proto.tts.LoadModelResponse;
import dev.duplexvoice.grpc.proto.tts.ModelInfo;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionResponse;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.grpc.proto.tts.UnloadModelRequest;
import dev.duplexvoice.grpc.proto.tts.UnloadModelResponse;
import dev.duplexvoice.grpc.registry.Capability;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.model.ModelStatus;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code tts.TTSService}. Nothing here blocks: what takes time answers when it is done. */
public final class WorkerService extends TTSServiceGrpc.TTSServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerService.class);

    private final WorkerSessions sessions;
    private final WorkerModels models;
    private final IntSupplier queueDepth;
    private final Executor reloads;
    private final Callable<String> onReload;
    private final VoiceReload voiceReload;

    /**
     * @param queueDepth syntheses that wait for a thread
     * @param reloads runs what RELOAD does, one at a time
     * @param onReload reads configuration anew; says what it did
     * @param voiceReload reads voice packs anew
     */
    public WorkerService(
            WorkerSessions sessions,
            WorkerModels models,
            IntSupplier queueDepth,
            Executor reloads,
            Callable<String> onReload,
            VoiceReload voiceReload) {
        this.sessions = sessions;
        this.models = models;
        this.queueDepth = queueDepth;
        this.reloads = reloads;
        this.onReload = onReload;
        this.voiceReload = voiceReload;
    }

    private interface Handling {
        void run();
    }

    /** What is thrown becomes the answer. */
    private static void answering(StreamObserver<?> out, String method, String sessionId, Handling handling) {
        try {
            handling.run();
        } catch (StatusRuntimeException e) {
            out.onError(Refusal.of(e.getStatus(), method, sessionId));
        } catch (RuntimeException e) {
            out.onError(Refusal.of(Refusal.status(e), method, sessionId));
        }
    }

    private static <T> void answer(StreamObserver<T> out, T response) {
        out.onNext(response);
        out.onCompleted();
    }

    @Override
    public void startSession(StartSessionRequest request, StreamObserver<StartSessionResponse> out) {
        String id = request.getSessionId();
        answering(out, "StartSession", id, () -> {
            WorkerSessions.requireId(id);
            String model = models.require(request.getModelId());
            WorkerSession session = sessions.start(id, SessionSettings.of(request.getOptionsMap()));
            CompletableFuture<ModelLease<SpeechSynthesizer>> lease;
            try {
                lease = models.lease(model, id);
            } catch (RuntimeException e) {
                sessions.end(session);
                throw e;
            }
            if (out instanceof ServerCallStreamObserver<StartSessionResponse> call) {
                // Who does not wait for the answer does not know of the session either.
                call.setOnCancelHandler(() -> {
                    sessions.end(session);
                    lease.cancel(false);
                });
            }
            lease.whenComplete((given, failure) ->
                    answering(out, "StartSession", id, () -> started(session, model, given, failure, out)));
        });
    }

    private void started(
            WorkerSession session,
            String model,
            ModelLease<SpeechSynthesizer> lease,
            @org.jspecify.annotations.Nullable Throwable failure,
            StreamObserver<StartSessionResponse> out) {
        if (failure != null) {
            sessions.end(session);
            throw Refusal.status(failure).asRuntimeException();
        }
        if (!session.lend(lease)) {
            lease.close();
            throw Status.CANCELLED
                    .withDescription("the session ended while it was being started")
                    .asRuntimeException();
        }
        sessions.tellStart(session, lease.model());
        LOG.atInfo()
                .addKeyValue("session_id", session.id)
                .addKeyValue("model_id", model)
                .addKeyValue("sample_rate", session.settings().sampleRate())
                .log("A session was started");
        answer(
                out,
                StartSessionResponse.newBuilder()
                        .setSuccess(true)
                        .setMessage("speaks with " + model)
                        .build());
    }

    @Override
    public void endSession(EndSessionRequest request, StreamObserver<EndSessionResponse> out) {
        answering(out, "EndSession", request.getSessionId(), () -> {
            WorkerSession session = sessions.find(request.getSessionId());
            sessions.end(session);
            LOG.atInfo().addKeyValue("session_id", session.id).log("A session was ended");
            answer(out, EndSessionResponse.newBuilder().setSuccess(true).build());
        });
    }

    @Override
    public StreamObserver<TextChunk> synthesize(StreamObserver<AudioFrame> out) {
        return new SynthesisCall(sessions, (ServerCallStreamObserver<AudioFrame>) out);
    }

    @Override
    public void control(ControlRequest request, StreamObserver<ControlResponse> out) {
        long begun = System.nanoTime();
        answering(out, "Control", request.getSessionId(), () -> {
            try {
                control(request, begun, out);
            } catch (RuntimeException e) {
                controlled(request, begun, Outcome.FAILED);
                throw e;
            }
        });
    }

    private void control(ControlRequest request, long begun, StreamObserver<ControlResponse> out) {
        WorkerSession session = sessions.find(request.getSessionId());
        session.touch(sessions.now());
        ControlResponse response;
        switch (request.getCommand()) {
            case PAUSE -> {
                SynthesisCall running = session.running();
                long last = running == null ? -1 : running.pause();
                response = last < 0 ? over(true) : done("paused after frame " + last, begun);
            }
            case RESUME -> {
                SynthesisCall running = session.running();
                response = running == null || !running.resume() ? over(true) : done("resumed", begun);
            }
            case STOP -> {
                SynthesisCall running = session.running();
                response = running == null || !running.stop() ? over(false) : done("stopped", begun);
            }
            case RELOAD -> {
                reloads.execute(() -> reload(request, begun, out));
                return;
            }
            default ->
                throw Status.INVALID_ARGUMENT
                        .withDescription("command=" + request.getCommandValue()
                                + ": must be PAUSE, RESUME, STOP or RELOAD, 0 to 3")
                        .asRuntimeException();
        }
        controlled(request, begun, response.getSuccess() ? Outcome.DONE : Outcome.FAILED);
        answer(out, response);
    }

    private void controlled(ControlRequest request, long begun, Outcome outcome) {
        sessions.telemetry()
                .on(new ServiceEvent.Controlled(
                        sessions.now(),
                        request.getSessionId(),
                        request.getCommand().name(),
                        System.nanoTime() - begun,
                        outcome));
    }

    /** The synthesis came to its end first. Of a STOP that is all that was wanted. */
    private static ControlResponse over(boolean tooLate) {
        return response(!tooLate, "the synthesis is over already");
    }

    private static ControlResponse done(String what, long begun) {
        return response(true, what + ", in " + (System.nanoTime() - begun) / 1_000 + " us");
    }

    private static ControlResponse response(boolean success, String message) {
        return ControlResponse.newBuilder()
                .setSuccess(success)
                .setMessage(message)
                .setTimestampMs(System.currentTimeMillis())
                .build();
    }

    private void reload(ControlRequest request, long begun, StreamObserver<ControlResponse> out) {
        ControlResponse response;
        String did = "";
        try {
            did = onReload.call() + "; ";
            response = done(did + voiceReload.run(), begun);
            LOG.atInfo().addKeyValue("result", response.getMessage()).log("Voices and configuration were read anew");
        } catch (Exception | Error e) {
            // All goes on as it was, and the client is to know.
            String stays = did.isEmpty() ? "the old configuration stays" : "the old voices stay";
            LOG.atError().addKeyValue("done", did).setCause(e).log("RELOAD failed; " + stays);
            response = response(false, did + stays + ": " + Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        controlled(request, begun, response.getSuccess() ? Outcome.DONE : Outcome.FAILED);
        answer(out, response);
    }

    @Override
    public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> out) {
        answering(out, "ListModels", "", () -> {
            ListModelsResponse.Builder response = ListModelsResponse.newBuilder();
            for (WorkerModels.Listed listed : models.list()) {
                ModelInfo.Builder info = ModelInfo.newBuilder()
                        .setModelId(listed.model().id())
                        .setFamily(listed.model().family())
                        .addAllLanguages(listed.model().languages())
                        .putAllMetadata(listed.model().metadata());
                ModelStatus status = listed.status();
                if (status != null) {
                    info.setIsLoaded(models.resident().contains(status.id()))
                            .putMetadata("state", status.state().name())
                            .putMetadata("leases", Integer.toString(status.leases()))
                            .putMetadata(
                                    "load_ms", Long.toString(status.loadTime().toMillis()));
                }
                response.addModels(info);
            }
            answer(out, response.build());
        });
    }

    @Override
    public void loadModel(LoadModelRequest request, StreamObserver<LoadModelResponse> out) {
        answering(out, "LoadModel", "", () -> {
            String model = models.require(requireModel(request.getModelId()));
            long begun = System.nanoTime();
            var loading = request.getPreloadOnly() ? models.preload(model) : models.load(model);
            loading.whenComplete((loaded, failure) -> answering(out, "LoadModel", "", () -> {
                if (failure != null) {
                    throw Refusal.status(failure).asRuntimeException();
                }
                long millis = (System.nanoTime() - begun) / 1_000_000;
                LOG.atInfo()
                        .addKeyValue("model_id", model)
                        .addKeyValue("duration_ms", millis)
                        .log("A model was loaded");
                answer(
                        out,
                        LoadModelResponse.newBuilder()
                                .setSuccess(true)
                                .setMessage(request.getPreloadOnly() ? "loaded" : "loaded, kept until UnloadModel")
                                .setLoadDurationMs(millis)
                                .build());
            }));
        });
    }

    private static String requireModel(String id) {
        if (id.isEmpty()) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("model_id is missing: give one of ListModels")
                    .asRuntimeException();
        }
        return id;
    }

    @Override
    public void unloadModel(UnloadModelRequest request, StreamObserver<UnloadModelResponse> out) {
        answering(out, "UnloadModel", "", () -> {
            String model = models.require(requireModel(request.getModelId()));
            models.unload(model)
                    .whenComplete((gone, failure) -> answering(out, "UnloadModel", "", () -> {
                        Throwable cause = failure instanceof CompletionException e && e.getCause() != null
                                ? e.getCause()
                                : failure;
                        if (cause instanceof IllegalStateException && !(cause instanceof VoiceException)) {
                            // In use: nothing went wrong, and nothing was unloaded.
                            answer(out, unloaded(false, String.valueOf(cause.getMessage())));
                        } else if (cause != null) {
                            throw Refusal.status(cause).asRuntimeException();
                        } else {
                            LOG.atInfo()
                                    .addKeyValue("model_id", model)
                                    .addKeyValue("was_loaded", gone)
                                    .log("A model was unloaded");
                            answer(out, unloaded(true, gone ? "unloaded" : "was not in memory"));
                        }
                    }));
        });
    }

    private static UnloadModelResponse unloaded(boolean success, String message) {
        return UnloadModelResponse.newBuilder()
                .setSuccess(success)
                .setMessage(message)
                .build();
    }

    @Override
    public void getCapabilities(GetCapabilitiesRequest request, StreamObserver<GetCapabilitiesResponse> out) {
        answering(out, "GetCapabilities", "", () -> {
            Set<Capability> can = models.capabilities();
            answer(
                    out,
                    GetCapabilitiesResponse.newBuilder()
                            .setCapabilities(Capabilities.newBuilder()
                                    .setStreaming(can.contains(Capability.STREAMING))
                                    .setZeroShot(can.contains(Capability.ZERO_SHOT))
                                    .setLora(can.contains(Capability.LORA))
                                    .setCpuOk(can.contains(Capability.CPU_OK))
                                    .setEmotiveZeroPrompt(can.contains(Capability.EMOTIVE_ZERO_PROMPT))
                                    .addAllLanguages(models.languages())
                                    .setMaxConcurrentSessions(sessions.limits().maxSessions()))
                            .addAllResidentModels(models.resident())
                            .putMetrics("rtf", sessions.rtf())
                            .putMetrics("queue_depth", queueDepth.getAsInt())
                            .putMetrics("active_sessions", sessions.active())
                            .putMetrics("active_syntheses", sessions.syntheses())
                            .build());
        });
    }
}
