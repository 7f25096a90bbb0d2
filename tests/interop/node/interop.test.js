// The official client for Node, unmodified, against `genkai serve`. tests/interop/run starts what it needs and
// says in the environment where that is: GENKAI_URL, GENKAI_KEYED_URL, GENKAI_KEY.
import assert from "node:assert/strict";
import test from "node:test";

import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const baseURL = process.env.GENKAI_URL;
const client = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 0, timeout: 20_000 });
const said = (content) => [{ role: "user", content }];
const question = said("When did the volcano last erupt?");
const weather = {
  type: "function",
  function: {
    name: "weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
const chat = (content, more = {}) => client.chat.completions.create({ model: "sim", messages: said(content), ...more });

test("chat", async () => {
  const answer = await chat("Hello, 世界");
  assert.equal(answer.choices[0].message.content, "Hello, 世界");
  assert.equal(answer.choices[0].finish_reason, "stop");
  assert.ok(answer.usage.total_tokens > 0);
});

test("parameters reach the model", async () => {
  assert.equal((await chat("one two three", { max_tokens: 1 })).choices[0].finish_reason, "length");
  assert.equal((await chat("one two three", { stop: [" three"] })).choices[0].message.content, "one two");
  const texts = async () => (await chat("guess", { n: 3, seed: 7 })).choices.map((c) => c.message.content);
  const first = await texts();
  assert.equal(first.length, 3);
  assert.deepEqual(first, await texts());
});

test("stream", async () => {
  let text = "";
  const ids = new Set();
  for await (const chunk of await chat("count to 200", { stream: true })) {
    ids.add(chunk.id);
    text += chunk.choices[0]?.delta?.content ?? "";
  }
  assert.equal(text, Array.from({ length: 200 }, (_, i) => i + 1).join(" "));
  assert.equal(ids.size, 1);
});

test("stream with usage", async () => {
  let usage;
  for await (const chunk of await chat("hi", { stream: true, stream_options: { include_usage: true } })) usage = chunk.usage ?? usage;
  assert.ok(usage.completion_tokens > 0);
});

test("stream helper gathers the answer", async () => {
  const runner = client.chat.completions.stream({ model: "sim", messages: said("count to 5") });
  assert.equal((await runner.finalChatCompletion()).choices[0].message.content, "1 2 3 4 5");
});

test("stream left early", async () => {
  for await (const chunk of await chat("count to 50000", { stream: true })) {
    assert.ok(chunk.id);
    break;
  }
  assert.equal((await chat("still there")).choices[0].message.content, "still there");
});

test("tools", async () => {
  const answer = await chat("Kyoto", { tools: [weather] });
  const [call] = answer.choices[0].message.tool_calls;
  assert.equal(answer.choices[0].finish_reason, "tool_calls");
  assert.equal(call.function.arguments, '{"city":"Kyoto"}');
  const after = await client.chat.completions.create({
    model: "sim",
    messages: [...said("Kyoto"), answer.choices[0].message, { role: "tool", tool_call_id: call.id, content: "rain" }],
    tools: [weather],
  });
  assert.equal(after.choices[0].message.content, "The tool said: rain");
});

test("tools run by the client's own loop", async () => {
  const runner = client.chat.completions.runTools({
    model: "sim",
    stream: true,
    messages: said("Kyoto"),
    tools: [
      {
        type: "function",
        function: { ...weather.function, parse: JSON.parse, function: ({ city }) => `rain in ${city}` },
      },
    ],
  });
  assert.equal(await runner.finalContent(), "The tool said: rain in Kyoto");
});

test("logprobs", async () => {
  const { logprobs } = (await chat("one two", { logprobs: true, top_logprobs: 2 })).choices[0];
  assert.deepEqual(logprobs.content.map((t) => t.token), ["one", " two"]);
  assert.equal(logprobs.content[0].top_logprobs.length, 2);
});

test("json_schema parsed into a type", async () => {
  const City = z.object({ name: z.string(), inhabitants: z.number(), capital: z.boolean() });
  const answer = await client.chat.completions.parse({
    model: "sim",
    messages: said("Nara"),
    response_format: zodResponseFormat(City, "city"),
  });
  assert.deepEqual(answer.choices[0].message.parsed, { name: "Nara", inhabitants: 0, capital: false });
});

test("completions", async () => {
  const answer = await client.completions.create({ model: "sim", prompt: "once", n: 2 });
  assert.deepEqual(answer.choices.map((c) => c.text), ["once", "once"]);
});

test("embeddings, base64 unless told otherwise", async () => {
  const input = ["red house", "blue sky"];
  const packed = await client.embeddings.create({ model: "embedder", input, dimensions: 16 });
  const plain = await client.embeddings.create({ model: "embedder", input, dimensions: 16, encoding_format: "float" });
  for (const i of [0, 1]) {
    assert.equal(packed.data[i].embedding.length, 16);
    packed.data[i].embedding.forEach((x, at) => assert.ok(Math.abs(x - plain.data[i].embedding[at]) < 1e-6));
  }
});

test("models", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  for (const name of ["sim", "sim+checked", "genkai/handbook"]) assert.ok(names.includes(name), name);
  for (const name of names) assert.equal((await client.models.retrieve(name)).id, name);
});

test("errors", async () => {
  const refused = (promise, type, fields = {}) =>
    assert.rejects(promise, (error) => {
      assert.ok(error instanceof type, `${error}`);
      for (const [key, value] of Object.entries(fields)) assert.equal(error[key], value);
      return true;
    });
  await refused(chat("a", { temperature: 9 }), OpenAI.BadRequestError, { param: "temperature" });
  await refused(chat("a", { model: "sim+checked", n: 0 }), OpenAI.BadRequestError, { param: "n" });
  await refused(chat("a", { model: "none" }), OpenAI.NotFoundError, { code: "model_not_found" });
  await refused(client.models.retrieve("none"), OpenAI.NotFoundError);
  await refused(chat("a", { model: "limited" }), OpenAI.RateLimitError);
  await refused(chat("a", { model: "limited", stream: true }), OpenAI.RateLimitError);
  await refused(chat("a", { model: "broken" }), OpenAI.InternalServerError);
  const keyed = (apiKey) => new OpenAI({ baseURL: process.env.GENKAI_KEYED_URL, apiKey, maxRetries: 0 });
  await refused(keyed("wrong").models.list(), OpenAI.AuthenticationError);
  const answer = await keyed(process.env.GENKAI_KEY).chat.completions.create({ model: "sim", messages: said("a") });
  assert.equal(answer.choices[0].message.content, "a");
});

test("the client retries what it is told to retry", async () => {
  const patient = new OpenAI({ baseURL, apiKey: "unused", maxRetries: 2, timeout: 20_000 });
  for (const model of ["limited-once", "unavailable-once"]) {
    const answer = await patient.chat.completions.create({ model, messages: said("well again") });
    assert.equal(answer.choices[0].message.content, "well again");
  }
});

test("the client gives up", async () => {
  await assert.rejects(
    client.chat.completions.create({ model: "hanging", messages: said("a") }, { timeout: 500 }),
    OpenAI.APIConnectionTimeoutError,
  );
});

test("knowledge base", async () => {
  const answer = await chat("", { model: "genkai/handbook", messages: question });
  assert.match(answer.choices[0].message.content, /1788/);
  assert.equal(answer.genkai.outcome, "answered");
  let text = "";
  for await (const chunk of await chat("", { model: "genkai/handbook", messages: question, stream: true }))
    text += chunk.choices[0]?.delta?.content ?? "";
  assert.equal(text, answer.choices[0].message.content);
});

test("abstention is a readable answer", async () => {
  const answer = await chat("Who won the 1962 chess championship of Peru?", { model: "genkai/handbook" });
  assert.equal(answer.genkai.outcome, "abstained");
  assert.ok(answer.choices[0].message.content.length > 0);
});

test("checked", async () => {
  const answer = await chat("Hello there.", { model: "sim+checked" });
  assert.ok(answer.choices[0].message.content.length > 0);
  assert.ok("outcome" in answer.genkai);
});

test("many at once", async () => {
  const one = async (i) => {
    let text = "";
    for await (const chunk of await chat(`number ${i}`, { stream: true })) text += chunk.choices[0]?.delta?.content ?? "";
    return text;
  };
  const numbers = Array.from({ length: 50 }, (_, i) => i);
  assert.deepEqual(await Promise.all(numbers.map(one)), numbers.map((i) => `number ${i}`));
});
