// Any JSON is either a request whose every field is understood, or is refused by name; and edits of any JSON
// leave JSON.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"
#include "serve/answers_api.h"
#include "serve/json_edit.h"
#include "serve/openai_request.h"
#include "serve/passthrough.h"
#include "text/utf8.h"

namespace {

using namespace genkai;
using serve::Answering;

template <class Call>
void hold(const serve::Read<Call>& call) {
  if (call) return;
  if (call.error().status != 400 || call.error().message.empty()) std::abort();
  if (!base::Json::parse(serve::to_json(call.error()))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto members = serve::json_members(text);  // must not read beyond the end, whatever it is
  for (const auto& member : members)
    if (member.end > text.size() || member.begin > member.end) std::abort();
  const auto body = base::Json::parse(text);
  if (!body) return 0;
  hold(serve::read_chat(*body, Answering::from_knowledge));
  hold(serve::read_chat(*body, Answering::checked));
  hold(serve::read_completion(*body));
  hold(serve::read_passed(*body, true));
  hold(serve::read_answers(*body));
  if (!body->is_object()) return 0;
  if (members.size() != body->members().size()) std::abort();
  const auto sent = base::Json::parse(serve::request_for(text, "remote", true));
  if (!sent || (body->find("model") && sent->string("model") != "remote")) std::abort();
  if (!sent->find("stream_options")) std::abort();
  const auto stripped = base::Json::parse(serve::edit_json(text, members, {{"model", std::nullopt}}));
  if (!stripped || stripped->find("model")) std::abort();
  if (auto call = serve::read_chat(*body, Answering::from_knowledge)) {
    std::string said = call->request.messages.front().content;
    serve::cut_text(said, call->request.stop, call->max_tokens);
    if (!text::is_valid_utf8(said)) std::abort();
  }
  return 0;
}
