"""Runs the whole protocol against the worker at argv[1]; prints what it got, one `name value` a line."""

import queue
import sys

import grpc
import tts_pb2 as tts
import tts_pb2_grpc

DEADLINE = 20


def say(name, value):
    print(name, value, flush=True)


def status(call):
    try:
        call()
        return "OK"
    except grpc.RpcError as e:
        return e.code().name


def audio(frames):
    return b"".join(frame.audio_data for frame in frames)


with grpc.insecure_channel(sys.argv[1]) as channel:
    stub = tts_pb2_grpc.TTSServiceStub(channel)
    capabilities = stub.GetCapabilities(tts.GetCapabilitiesRequest(), timeout=DEADLINE)
    say("streaming", capabilities.capabilities.streaming)
    say("max_concurrent_sessions", capabilities.capabilities.max_concurrent_sessions)
    say("metrics", ",".join(sorted(capabilities.metrics)))
    say("load", stub.LoadModel(tts.LoadModelRequest(model_id="b"), timeout=DEADLINE).success)
    models = stub.ListModels(tts.ListModelsRequest(), timeout=DEADLINE).models
    say("models", ",".join(f"{m.model_id}:{m.is_loaded}" for m in models))
    say("unload", stub.UnloadModel(tts.UnloadModelRequest(model_id="b"), timeout=DEADLINE).success)

    start = tts.StartSessionRequest(session_id="py", model_id="a", options={"unknown": "ignored"})
    say("start", stub.StartSession(start, timeout=DEADLINE).success)
    say("start_again", status(lambda: stub.StartSession(start, timeout=DEADLINE)))

    # Text in three chunks, of which the last closes the text.
    chunks = [
        tts.TextChunk(session_id="py", text=text, is_final=i == 3, sequence_number=i)
        for i, text in enumerate(["One two. ", "Three ", "four."], start=1)
    ]
    frames = list(stub.Synthesize(iter(chunks), timeout=DEADLINE))
    say("rates", sorted({frame.sample_rate for frame in frames}))
    say("durations", sorted({frame.frame_duration_ms for frame in frames}))
    say("in_order", [frame.sequence_number for frame in frames] == list(range(1, len(frames) + 1)))
    say("finals", [frame.is_final for frame in frames].count(True))
    say("final_is_last", frames[-1].is_final)
    say("no_empty_frame", all(frame.audio_data or frame.is_final for frame in frames))
    say("bytes", len(audio(frames)))

    # Pause, resume and stop, in a text that is still open.
    def control(command):
        return stub.Control(tts.ControlRequest(session_id="py", command=command), timeout=DEADLINE)

    texts = queue.Queue()
    texts.put(tts.TextChunk(session_id="py", text="Five six seven eight. ", sequence_number=1))
    call = stub.Synthesize(iter(texts.get, None), timeout=DEADLINE)
    first = next(call)
    say("first", first.sequence_number)
    for command in (tts.PAUSE, tts.RESUME, tts.RELOAD, tts.STOP):
        answer = control(command)
        say(tts.ControlCommand.Name(command), f"{answer.success} {answer.timestamp_ms > 0}")
    say("stopped", list(call)[-1].is_final)
    texts.put(None)
    again = list(stub.Synthesize(iter([tts.TextChunk(session_id="py", text="Nine.", is_final=True)]), timeout=DEADLINE))
    say("again", f"{again[0].sequence_number} {len(audio(again))}")

    say("no_session", status(lambda: list(stub.Synthesize(iter([tts.TextChunk(session_id="x", text="y")])))))
    say("no_id", status(lambda: list(stub.Synthesize(iter([tts.TextChunk(text="y")])))))
    say("end", stub.EndSession(tts.EndSessionRequest(session_id="py"), timeout=DEADLINE).success)
    say("end_again", status(lambda: stub.EndSession(tts.EndSessionRequest(session_id="py"), timeout=DEADLINE)))
