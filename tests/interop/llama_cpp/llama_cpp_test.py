"""genkai in front of llama.cpp's own server. tests/interop/llama_cpp/run starts all of them and says in the environment
where they are."""

import json
import os
import re
import subprocess
import time
import unittest
import urllib.request

import openai
from pydantic import BaseModel, Field

URL = os.environ["GENKAI_URL"]
SERVERS = {name: os.environ[f"{name.upper()}_URL"] for name in ("plain", "small", "embeddings")}
QUESTION = "Why was the log written in pencil?"


def said(text):
    return [{"role": "user", "content": text}]


def metric(server, name):
    with urllib.request.urlopen(SERVERS[server] + "/metrics", timeout=10) as page:
        return float(re.search(rf"^llamacpp:{name} (\S+)$", page.read().decode(), re.M).group(1))


# What is left of other prompts changes the rounding, and with it a token now and then.
REPEATABLE = {"cache_prompt": False}


class Greeting(BaseModel):
    greeting: str = Field(max_length=20)
    loud: bool


class Client(unittest.TestCase):
    """What genkai asks of the server, and what it makes of the answers."""

    def ask(self, server, *more):
        record = os.path.join(os.environ["GENKAI_SCRATCH"], self.id() + ".jsonl")
        begin = time.monotonic()
        run = subprocess.run(
            [os.environ["GENKAI_PROGRAM"], "ask", QUESTION, "--docs", "examples/handbook", "--json"]
            + ["--model", SERVERS[server] + "/v1#tiny", "--record", record, *more],
            capture_output=True,
            text=True,
            timeout=60,
            env=os.environ | {"GENKAI_HOME": record + ".home"},  # nothing is known yet of the model
        )
        self.assertIn(run.returncode, (0, 2), run.stderr)
        self.assertLess(time.monotonic() - begin, 30)
        with open(record, encoding="utf-8") as lines:
            exchanges = [json.loads(line) for line in lines]
        asked = [(e, json.loads(e["request"]["text"] or "null")) for e in exchanges]
        drafts = [(e, body) for e, body in asked if QUESTION in e["request"]["text"]]
        drafts.sort(key=lambda draft: draft[1].get("n", 0), reverse=True)  # they were recorded as they ended
        return json.loads(run.stdout), run.stderr, asked, drafts

    def settled(self, answer):
        """Random text is no answer: the question is answered by quotes or abstained from, but not for want of a model."""
        self.assertIn(answer["outcome"], ("answered", "abstained"))
        self.assertNotEqual(answer["reason"], "model_unavailable")

    def test_the_probe_sees_what_the_server_can_do(self):
        answer, said_aside, asked, drafts = self.ask("plain")
        self.settled(answer)
        self.assertNotIn("corrupt", said_aside)
        self.assertEqual([e["status"] for e, _ in drafts], [200] * len(drafts))
        together = drafts[0][1]
        # Each of these is sent only to an endpoint that was seen to honour it.
        self.assertEqual(together["n"], 4)
        self.assertIn("seed", together)
        self.assertEqual(together["response_format"]["type"], "json_schema")
        refused = {e["target"] if body and "input" in body else "image" for e, body in asked if e["status"] != 200}
        self.assertEqual(refused, {"/v1/embeddings", "image"})
        self.assertEqual(answer["cost"]["model_drafts"], 3 + len(drafts))

    def test_drafts_are_json_by_the_grammar_of_the_server(self):
        _, _, _, drafts = self.ask("plain")
        for exchange, _ in drafts:
            for choice in json.loads("".join(p["text"] for p in exchange["body"]))["choices"]:
                if choice["finish_reason"] == "stop":
                    self.assertEqual(set(json.loads(choice["message"]["content"])), {"answer", "quotes"})

    def test_a_recorded_question_is_replayed(self):
        first, _, _, _ = self.ask("plain")
        record = os.path.join(os.environ["GENKAI_SCRATCH"], self.id() + ".jsonl")
        run = subprocess.run(
            [os.environ["GENKAI_PROGRAM"], "ask", QUESTION, "--docs", "examples/handbook", "--json"]
            + ["--model", SERVERS["plain"] + "/v1#tiny", "--replay", record],
            capture_output=True,
            text=True,
            timeout=60,
        )
        again = json.loads(run.stdout)
        first["cost"].pop("milliseconds"), again["cost"].pop("milliseconds")
        self.assertEqual(again, first)

    def test_more_samples_than_slots(self):
        answer, said_aside, _, drafts = self.ask("small")
        self.settled(answer)
        self.assertEqual(said_aside, "")
        self.assertGreaterEqual(answer["cost"]["model_drafts"], 4)
        self.assertEqual(drafts[0][1]["n"], 4)
        self.assertEqual(drafts[0][0]["status"], 400)  # there are two slots
        self.assertNotIn("n", drafts[-1][1])

    def test_passages_fit_into_the_context_of_a_slot(self):
        _, _, _, drafts = self.ask("small")
        for exchange, body in drafts:
            self.assertLessEqual(body["max_tokens"], 1024 // 4)
            if exchange["status"] == 400:
                self.assertNotIn("context", exchange["body"][0]["text"])

    def test_a_server_of_embeddings_that_chats_too(self):
        answer, _, asked, _ = self.ask("embeddings")
        self.settled(answer)
        self.assertEqual([e["status"] for e, body in asked if body and "input" in body], [200])


class Gateway(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=30)
        self.direct = openai.OpenAI(base_url=SERVERS["plain"] + "/v1", api_key="unused", max_retries=0, timeout=30)
        self.addCleanup(self.client.close)
        self.addCleanup(self.direct.close)

    def chat(self, text, model="plain", client=None, **more):
        return (client or self.client).chat.completions.create(model=model, messages=said(text), **more)

    def test_the_same_as_without_the_gateway(self):
        same = {"seed": 5, "temperature": 1, "max_tokens": 24, "extra_body": REPEATABLE}
        for more in ({"n": 2}, {"logprobs": True, "top_logprobs": 3}, {"stop": ["e", "w"]}, {"top_p": 0.5}):
            choices = [
                [
                    (c.index, c.message.content, c.finish_reason, c.logprobs and [t.token for t in c.logprobs.content])
                    for c in self.chat("hello", client=client, **same, **more).choices
                ]
                for client in (self.client, self.direct)
            ]
            self.assertEqual(choices[0], choices[1], more)

    def test_seed_and_samples(self):
        answers = [self.chat("hi", n=3, seed=seed, max_tokens=20, extra_body=REPEATABLE) for seed in (1, 1, 2)]
        texts = [[c.message.content for c in answer.choices] for answer in answers]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])
        self.assertEqual(len(set(texts[0])), 3)

    def test_length_and_stop(self):
        answer = self.chat("hi", max_tokens=7, extra_body={"ignore_eos": True})
        self.assertEqual((answer.choices[0].finish_reason, answer.usage.completion_tokens), ("length", 7))
        long = {"max_tokens": 40, "seed": 3, "extra_body": {"ignore_eos": True} | REPEATABLE}
        whole = self.chat("hi", **long).choices[0].message.content
        stop = whole[5]
        stopped = self.chat("hi", stop=[stop], **long).choices[0]
        self.assertEqual((stopped.message.content, stopped.finish_reason), (whole[: whole.index(stop)], "stop"))

    def test_logprobs(self):
        tokens = self.chat("hi", logprobs=True, top_logprobs=4, max_tokens=6).choices[0].logprobs.content
        for token in tokens:
            self.assertLessEqual(token.logprob, 0)
            self.assertEqual(len(token.top_logprobs), 4)

    def test_streamed_as_whole(self):
        whole = self.chat("hi", seed=9, max_tokens=200, extra_body=REPEATABLE)
        text, finish = "", None
        for chunk in self.chat("hi", seed=9, max_tokens=200, extra_body=REPEATABLE, stream=True):
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
                finish = chunk.choices[0].finish_reason or finish
        self.assertEqual((text, finish), (whole.choices[0].message.content, whole.choices[0].finish_reason))

    def test_streamed_usage(self):
        chunks = list(self.chat("hi", seed=9, max_tokens=5, stream=True, stream_options={"include_usage": True}))
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage.total_tokens, chunks[-1].usage.prompt_tokens + chunks[-1].usage.completion_tokens)
        self.assertTrue(all(chunk.usage is None for chunk in chunks[:-1]))

    def test_two_samples_streamed_side_by_side(self):
        texts = ["", ""]
        two = {"n": 2, "seed": 4, "max_tokens": 20, "extra_body": REPEATABLE}
        for chunk in self.chat("hi", stream=True, **two):
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
        self.assertEqual(texts, [c.message.content for c in self.chat("hi", **two).choices])

    def test_json_schema(self):
        answer = self.client.chat.completions.parse(
            model="plain", messages=said("greet me"), response_format=Greeting, max_tokens=400, seed=2
        )
        self.assertIsInstance(answer.choices[0].message.parsed, Greeting)

    def test_embeddings(self):
        texts = ["red house", "blue sky"]
        through = self.client.embeddings.create(model="embeddings", input=texts)
        with openai.OpenAI(base_url=SERVERS["embeddings"] + "/v1", api_key="unused") as direct:
            straight = direct.embeddings.create(model="tiny", input=texts)
        self.assertEqual(len(through.data[0].embedding), 64)
        for one, other in zip(through.data, straight.data):
            for x, y in zip(one.embedding, other.embedding):
                self.assertAlmostEqual(x, y, places=4)

    def test_errors_of_the_server(self):
        wrong = (
            ({"temperature": "hot"}, openai.BadRequestError, "temperature"),
            ({"n": 9}, openai.BadRequestError, "'n'"),
            (
                {"response_format": {"type": "json_schema", "json_schema": {"schema": {"type": "nothing"}}}},
                openai.BadRequestError,
                "schema",
            ),
        )
        for more, kind, part in wrong:
            for stream in (False, True):
                with self.assertRaises(kind, msg=more) as caught:
                    self.chat("hi", stream=stream, **more)
                self.assertEqual(caught.exception.type, "invalid_request_error")
                self.assertIn(part, caught.exception.body["message"])

    def test_a_prompt_that_is_too_long(self):
        for stream in (False, True):
            with self.assertRaises(openai.BadRequestError) as caught:
                self.chat("word " * 2000, model="small", stream=stream)
            self.assertEqual(caught.exception.type, "exceed_context_size_error")
            self.assertEqual(caught.exception.body["n_ctx"], 1024)

    def test_embeddings_that_the_server_has_not(self):
        with self.assertRaises(openai.InternalServerError) as caught:
            self.client.embeddings.create(model="plain", input="hi")
        self.assertIn("--embeddings", str(caught.exception))

    def leaves(self, leave):
        """How many tokens the server still made for a caller who left."""
        before = metric("plain", "tokens_predicted_total")
        leave({"max_tokens": 60000, "extra_body": {"ignore_eos": True}})
        for _ in range(5):
            # llama.cpp looks for those who left once a second, and any other request makes it wait anew.
            time.sleep(1.5)
            if metric("plain", "requests_processing") == 0:
                return metric("plain", "tokens_predicted_total") - before
        self.fail("the server still works for nobody")

    def test_a_stream_that_is_left_ends_at_the_server(self):
        def leave(more):
            stream = self.chat("hi", stream=True, **more)
            for _ in range(10):
                next(stream)
            stream.close()

        self.assertLess(self.leaves(leave), 50000)

    def test_an_answer_that_nobody_waits_for_ends_at_the_server(self):
        def leave(more):
            with self.assertRaises(openai.APITimeoutError):
                self.chat("hi", timeout=0.5, **more)

        self.assertLess(self.leaves(leave), 50000)

    def test_checked(self):
        for stream in (False, True):
            raw = self.client.chat.completions.with_raw_response.create(
                model="plain+checked", messages=said(QUESTION), max_tokens=60, stream=stream
            )
            lines = raw.http_response.read().decode().splitlines()
            events = [json.loads(line.removeprefix("data: ")) for line in lines if "{" in line]
            told = [event["genkai"] for event in events if "genkai" in event]
            self.assertEqual(len(told), 1)
            self.assertIn(told[0]["outcome"], ("answered", "abstained"))
            self.assertNotEqual(told[0]["reason"], "model_unavailable")

    def test_the_knowledge_base_drafts_with_it(self):
        answer = self.chat(QUESTION, model="genkai/handbook")
        told = answer.model_extra["genkai"]
        self.assertGreaterEqual(told["cost"]["model_drafts"], 4)
        self.assertNotEqual(told["reason"], "model_unavailable")


if __name__ == "__main__":
    unittest.main()
