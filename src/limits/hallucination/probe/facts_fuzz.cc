// Facts, recorded replies and what a model wrote: all three come from outside.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "limits/hallucination/probe/facts.h"
#include "limits/hallucination/probe/judge.h"
#include "limits/hallucination/probe/replies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace probe = genkai::limits::hallucination::probe;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  probe::Replies replies("m", 1);
  replies.read(input);
  const auto reply = probe::parse_reply(input);
  if (reply.confidence && !(*reply.confidence >= 0 && *reply.confidence <= 1)) __builtin_trap();
  if (const auto facts = probe::parse_facts(input))
    for (const auto& fact : facts->facts) probe::judge(reply, probe::AnswerKey(fact.answers));
  return 0;
}
