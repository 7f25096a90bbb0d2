#include "answer/model_showing.h"

#include "answer/kb_calibration.h"
#include "base/json.h"
#include "base/log.h"
#include "knowledge/store/knowledge_base.h"

namespace genkai::answer {
namespace {

namespace context = limits::context;

constexpr std::size_t kLargestFile = 1 << 22;  // bytes

tl::unexpected<base::Error> unusable(const std::string& what) {
  return base::fail(base::Code::corrupt, what);
}

// The length that a file holds, where it holds one.
base::Status read_length(const base::Json& json, const std::string& model, context::Showing& showing) {
  const base::Json* tokens = json.find("effective_tokens");
  if (!tokens || tokens->is_null()) return {};
  const double count = tokens->as_double();
  if (!(count >= 1 && count <= static_cast<double>(kMostEffectiveTokens)))
    return unusable("\"effective_tokens\" is no number of tokens");
  showing.effective_tokens = static_cast<std::size_t>(count);
  showing.tokens_why = "measured for " + model;
  return {};
}

base::Status read_order(const base::Json& json, const std::string& model, context::Showing& showing) {
  const base::Json* order = json.find("order");
  if (!order) return {};
  const base::Json* best = order->find("best");
  if (!best) return unusable("\"order\" has no \"best\"");
  const auto named = context::order_named(best->as_string());
  if (!named && !best->is_null()) return unusable("\"best\" names no order");
  if (named) showing.order = *named;
  showing.why = (named ? "measured for " : "no difference measured for ") + model;
  return {};
}

// Sets what the text of a saved probe says; all of it or nothing.
base::Status read_probe(const std::string& text, const std::string& probe, const std::string& model,
                        context::Showing& showing) {
  GENKAI_ASSIGN_OR_RETURN(const base::Json json, base::Json::parse(text));
  if (json.string("probe") != probe) return unusable("it is no probe of " + probe);
  context::Showing read = showing;
  if (probe == "retrieval") GENKAI_RETURN_IF_ERROR(read_order(json, model, read));
  GENKAI_RETURN_IF_ERROR(read_length(json, model, read));
  showing = std::move(read);
  return {};
}

// False when there is no probe of this name.
bool use_probe(const std::string& probe, const std::string& model, context::Showing& showing) {
  if (model.empty()) return false;
  const base::Path file = probe_file(probe, model);
  const auto text = base::read_file(file, kLargestFile);
  if (!text && text.error().code == base::Code::not_found) return false;
  const base::Status used =
      text ? read_probe(*text, probe, model, showing) : base::Status(base::fail(text.error()));
  if (!used)
    base::log::warning(file.string() + " is not used: " + used.error().message +
                       "; make it again, or remove it: genkai probe " + probe + " --save");
  return true;
}

}  // namespace

base::Path probe_file(const std::string& probe, const std::string& model) {
  return knowledge::home_folder() / "probes" / probe / model_file_name(model);
}

context::Showing showing_of(const ModelNames& model, const ShowingChoice& choice) {
  context::Showing showing;
  for (const char* probe : {"retrieval", "context"})
    if (!use_probe(probe, model.ours, showing)) use_probe(probe, model.remote, showing);
  if (choice.order) {
    showing.order = *choice.order;
    showing.why = "as set";
  }
  if (choice.effective_tokens > 0) {
    showing.effective_tokens = choice.effective_tokens;
    showing.tokens_why = "as set";
  }
  showing.recite = choice.recite;
  showing.compress = choice.compress;
  return showing;
}

std::string describe(const context::Showing& showing) {
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : " ") + what; };
  const context::Showing usual;
  if (showing.order != usual.order) add("order " + std::string(context::order_name(showing.order)));
  if (showing.effective_tokens != usual.effective_tokens)
    add("tokens " + std::to_string(showing.effective_tokens));
  if (showing.recite) add("recite");
  if (showing.compress) add("compress");
  return text;
}

}  // namespace genkai::answer
