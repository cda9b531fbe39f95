"""Holds a conversation with the server at argv[1]: answers the caller's turn and is interrupted. One `name value` a line."""

import queue
import sys

import grpc
import duplex_voice_pb2 as dv
import duplex_voice_pb2_grpc

DEADLINE = 40


def say(name, value):
    print(name, value, flush=True)


requests = queue.Queue()


def send(**message):
    requests.put(dv.ConverseRequest(**message))


with grpc.insecure_channel(sys.argv[1]) as channel:
    stub = duplex_voice_pb2_grpc.DuplexVoiceStub(channel)
    send(open=dv.Open(external_speech=True, responder=dv.SIDE_CLIENT, recognizer=dv.SIDE_CLIENT,
                      options={"endpointing.minDelay": "300ms", "interruption.confirmAfter": "200ms"}))
    call = stub.Converse(iter(requests.get, None), timeout=DEADLINE)

    audio = []
    for answer in call:
        kind = answer.WhichOneof("response")
        if kind == "opened":
            say("opened", f"{answer.opened.input_sample_rate} {answer.opened.output_sample_rate}")
            send(speech_started=dv.SpeechStarted())
            send(audio_input=dv.AudioInput(audio=bytes(640)))
        elif kind == "utterance_started":
            send(transcript=dv.Transcript(text="Count.", is_final=True, utterance=answer.utterance_started.utterance))
            ended = dv.SpeechEnded()
            ended.silence.FromMilliseconds(300)
            send(speech_ended=ended)
        elif kind == "turn":
            say("turn", f"{answer.turn.reply_id} {answer.turn.text}")
            for piece in ("One two ", "three four ", "five six ", "and so on " * 100):
                send(reply_text=dv.ReplyText(reply_id=answer.turn.reply_id, text=piece))
            send(reply_text=dv.ReplyText(reply_id=answer.turn.reply_id, is_final=True))
        elif kind == "audio":
            audio.append(answer.audio)
            if len(audio) == 32:
                send(interrupt=dv.Interrupt())
        elif kind == "flush":
            say("flush", answer.flush.position >= audio[-1].position)
        elif kind == "event":
            event = answer.event.WhichOneof("type")
            if event == "reply_finished":
                finished = answer.event.reply_finished
                say("heard", f"{finished.interrupted} {finished.heard}")
                send(close=dv.Close())
            elif event == "closed":
                say("closed", answer.event.closed.reason)
    say("in_order", [frame.sequence for frame in audio] == list(range(1, len(audio) + 1)))
    say("frames", sorted({len(frame.audio) for frame in audio}))
    say("status", call.code().name)

    # A call of its own, which is refused.
    refused = stub.Converse(iter([dv.ConverseRequest(open=dv.Open(options={"vad.treshold": "1"}))]), timeout=DEADLINE)
    try:
        list(refused)
    except grpc.RpcError as e:
        say("refused", f"{e.code().name} {e.details().split(':')[0]}")
requests.put(None)
