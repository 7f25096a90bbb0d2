"""The official Python client, unmodified, against `genkai serve`. tests/interop/run starts what it needs and
says in the environment where that is: GENKAI_URL, GENKAI_KEYED_URL, GENKAI_KEY."""

import asyncio
import os
import time
import unittest

import openai
from pydantic import BaseModel

URL = os.environ["GENKAI_URL"]
QUESTION = [{"role": "user", "content": "When did the volcano last erupt?"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def said(text):
    return [{"role": "user", "content": text}]


class City(BaseModel):
    name: str
    inhabitants: int
    capital: bool


class Passthrough(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=20)
        self.addCleanup(self.client.close)

    def chat(self, text, **more):
        return self.client.chat.completions.create(model="sim", messages=said(text), **more)

    def test_chat(self):
        answer = self.chat("Hello, 世界")
        self.assertEqual(answer.choices[0].message.content, "Hello, 世界")
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertEqual(answer.object, "chat.completion")
        self.assertGreater(answer.usage.total_tokens, 0)

    def test_parameters_reach_the_model(self):
        answer = self.chat("one two three", max_tokens=1)
        self.assertEqual(answer.choices[0].finish_reason, "length")
        answer = self.chat("one two three", stop=[" three"])
        self.assertEqual(answer.choices[0].message.content, "one two")
        first = self.chat("guess", n=3, seed=7, temperature=1)
        again = self.chat("guess", n=3, seed=7, temperature=1)
        self.assertEqual(len(first.choices), 3)
        self.assertEqual([c.message.content for c in first.choices], [c.message.content for c in again.choices])

    def test_stream(self):
        ids, text, finish = set(), "", None
        for chunk in self.chat("count to 200", stream=True):
            ids.add(chunk.id)
            self.assertIsNone(chunk.usage)
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
                finish = chunk.choices[0].finish_reason or finish
        self.assertEqual(text, " ".join(str(i) for i in range(1, 201)))
        self.assertEqual(finish, "stop")
        self.assertEqual(len(ids), 1)

    def test_stream_with_usage(self):
        chunks = list(self.chat("hi", stream=True, stream_options={"include_usage": True}))
        self.assertEqual(chunks[-1].choices, [])
        self.assertGreater(chunks[-1].usage.completion_tokens, 0)

    def test_stream_helper_gathers_the_answer(self):
        with self.client.chat.completions.stream(model="sim", messages=said("count to 5")) as stream:
            final = stream.get_final_completion()
        self.assertEqual(final.choices[0].message.content, "1 2 3 4 5")

    def test_stream_left_early(self):
        stream = self.chat("count to 50000", stream=True)
        next(stream)
        stream.close()
        self.assertEqual(self.chat("still there").choices[0].message.content, "still there")

    def test_tools(self):
        answer = self.chat("Kyoto", tools=[WEATHER])
        call = answer.choices[0].message.tool_calls[0]
        self.assertEqual(answer.choices[0].finish_reason, "tool_calls")
        self.assertEqual((call.function.name, call.function.arguments), ("weather", '{"city":"Kyoto"}'))
        after = self.client.chat.completions.create(
            model="sim",
            messages=said("Kyoto")
            + [answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}],
            tools=[WEATHER],
        )
        self.assertEqual(after.choices[0].message.content, "The tool said: rain")

    def test_tools_streamed(self):
        with self.client.chat.completions.stream(model="sim", messages=said("Kyoto"), tools=[WEATHER]) as stream:
            message = stream.get_final_completion().choices[0].message
        self.assertEqual(message.tool_calls[0].function.arguments, '{"city":"Kyoto"}')

    def test_logprobs(self):
        choice = self.chat("one two", logprobs=True, top_logprobs=2).choices[0]
        self.assertEqual([t.token for t in choice.logprobs.content], ["one", " two"])
        self.assertLess(choice.logprobs.content[0].logprob, 0)
        self.assertEqual(len(choice.logprobs.content[0].top_logprobs), 2)

    def test_json_schema_parsed_into_a_type(self):
        answer = self.client.chat.completions.parse(model="sim", messages=said("Nara"), response_format=City)
        self.assertEqual(answer.choices[0].message.parsed, City(name="Nara", inhabitants=0, capital=False))

    def test_images_pass_through(self):
        parts = [
            {"type": "text", "text": "what is this"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
        ]
        answer = self.client.chat.completions.create(model="sim", messages=[{"role": "user", "content": parts}])
        self.assertEqual(answer.choices[0].message.content, "what is this")

    def test_completions(self):
        answer = self.client.completions.create(model="sim", prompt="once", n=2)
        self.assertEqual([c.text for c in answer.choices], ["once", "once"])
        text = "".join(c.choices[0].text for c in self.client.completions.create(model="sim", prompt="count to 9", stream=True))
        self.assertEqual(text, "1 2 3 4 5 6 7 8 9")

    def test_embeddings(self):
        # The client asks for base64 unless told otherwise, and decodes it.
        packed = self.client.embeddings.create(model="embedder", input=["red house", "blue sky"], dimensions=16)
        plain = self.client.embeddings.create(
            model="embedder", input=["red house", "blue sky"], dimensions=16, encoding_format="float"
        )
        self.assertEqual([len(d.embedding) for d in packed.data], [16, 16])
        for one, other in zip(packed.data, plain.data):
            for x, y in zip(one.embedding, other.embedding):
                self.assertAlmostEqual(x, y, places=6)

    def test_models(self):
        names = [model.id for model in self.client.models.list()]
        self.assertIn("sim", names)
        self.assertIn("sim+checked", names)
        self.assertIn("genkai/handbook", names)
        for name in names:
            self.assertEqual(self.client.models.retrieve(name).id, name)


class Errors(unittest.TestCase):
    def setUp(self):
        self.client = openai.OpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=20)
        self.addCleanup(self.client.close)

    def test_refused_by_the_model(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.client.chat.completions.create(model="sim", messages=said("a"), temperature=9)
        self.assertEqual(caught.exception.param, "temperature")
        self.assertEqual(caught.exception.type, "invalid_request_error")

    def test_refused_by_the_gateway(self):
        for model in ("genkai/handbook", "sim+checked"):
            with self.assertRaises(openai.BadRequestError) as caught:
                self.client.chat.completions.create(model=model, messages=said("a"), n=0)
            self.assertEqual(caught.exception.param, "n", model)

    def test_unknown_field_is_named(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.client.chat.completions.create(
                model="genkai/handbook", messages=QUESTION, extra_body={"no_such_field": 1}
            )
        self.assertEqual(caught.exception.param, "no_such_field")

    def test_unknown_model(self):
        for call in (
            lambda: self.client.chat.completions.create(model="none", messages=said("a")),
            lambda: self.client.models.retrieve("none"),
            lambda: self.client.chat.completions.create(model="genkai/none", messages=said("a")),
        ):
            with self.assertRaises(openai.NotFoundError) as caught:
                call()
            self.assertEqual(caught.exception.code, "model_not_found")

    def test_rate_limit_of_the_model(self):
        with self.assertRaises(openai.RateLimitError) as caught:
            self.client.chat.completions.create(model="limited", messages=said("a"))
        self.assertEqual(caught.exception.response.headers["retry-after"], "1")

    def test_first_streamed_error_is_plain(self):
        with self.assertRaises(openai.RateLimitError):
            self.client.chat.completions.create(model="limited", messages=said("a"), stream=True)

    def test_server_errors(self):
        with self.assertRaises(openai.InternalServerError):
            self.client.chat.completions.create(model="broken", messages=said("a"))

    def test_keys(self):
        url = os.environ["GENKAI_KEYED_URL"]
        with openai.OpenAI(base_url=url, api_key="wrong", max_retries=0) as client:
            with self.assertRaises(openai.AuthenticationError):
                client.chat.completions.create(model="sim", messages=said("a"))
        with openai.OpenAI(base_url=url, api_key=os.environ["GENKAI_KEY"], max_retries=0) as client:
            self.assertEqual(
                client.chat.completions.create(model="sim", messages=said("a")).choices[0].message.content, "a"
            )


class RetriesAndTimeouts(unittest.TestCase):
    def test_the_client_retries_what_it_is_told_to_retry(self):
        with openai.OpenAI(base_url=URL, api_key="unused", max_retries=2, timeout=20) as client:
            # It waits as retry-after says, else half a second less up to a quarter.
            for model, least in (("limited-once", 1.0), ("unavailable-once", 0.375)):
                begun = time.monotonic()
                raw = client.chat.completions.with_raw_response.create(model=model, messages=said("well again"))
                self.assertEqual(raw.parse().choices[0].message.content, "well again")
                self.assertEqual(raw.retries_taken, 1, model)
                self.assertGreater(time.monotonic() - begun, least)

    def test_the_client_gives_up(self):
        with openai.OpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=0.5) as client:
            with self.assertRaises(openai.APITimeoutError):
                client.chat.completions.create(model="hanging", messages=said("a"))
            self.assertEqual(
                client.chat.completions.create(model="sim", messages=said("b"), timeout=20).choices[0].message.content, "b"
            )


class Answers(unittest.TestCase):
    """Answers of genkai itself. The object `genkai` is no part of the protocol; clients keep it aside."""

    def setUp(self):
        self.client = openai.OpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=60)
        self.addCleanup(self.client.close)

    def test_knowledge_base(self):
        answer = self.client.chat.completions.create(model="genkai/handbook", messages=QUESTION)
        self.assertIn("1788", answer.choices[0].message.content)
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertEqual(answer.genkai["outcome"], "answered")
        self.assertTrue(answer.genkai["citations"])

    def test_knowledge_base_streamed(self):
        text, ids = "", set()
        for chunk in self.client.chat.completions.create(model="genkai/handbook", messages=QUESTION, stream=True):
            ids.add(chunk.id)
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
        whole = self.client.chat.completions.create(model="genkai/handbook", messages=QUESTION)
        self.assertEqual(text, whole.choices[0].message.content)
        self.assertEqual(len(ids), 1)

    def test_abstention_is_a_readable_answer(self):
        answer = self.client.chat.completions.create(
            model="genkai/handbook", messages=said("Who won the 1962 chess championship of Peru?")
        )
        self.assertEqual(answer.genkai["outcome"], "abstained")
        self.assertTrue(answer.genkai["reason"])
        self.assertTrue(answer.choices[0].message.content)

    def test_checked(self):
        answer = self.client.chat.completions.create(model="sim+checked", messages=said("Hello there."))
        self.assertTrue(answer.choices[0].message.content)
        self.assertIn("outcome", answer.genkai)
        streamed = self.client.chat.completions.create(model="sim+checked", messages=said("Hello there."), stream=True)
        self.assertTrue("".join(c.choices[0].delta.content or "" for c in streamed if c.choices))


class Asynchronous(unittest.IsolatedAsyncioTestCase):
    async def test_many_at_once(self):
        async with openai.AsyncOpenAI(base_url=URL, api_key="unused", max_retries=0, timeout=30) as client:

            async def one(i):
                text = ""
                stream = await client.chat.completions.create(model="sim", messages=said(f"number {i}"), stream=True)
                async for chunk in stream:
                    text += chunk.choices[0].delta.content or ""
                return text

            texts = await asyncio.gather(*(one(i) for i in range(50)))
        self.assertEqual(texts, [f"number {i}" for i in range(50)])


if __name__ == "__main__":
    unittest.main()
