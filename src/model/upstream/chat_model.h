#pragma once
// LanguageModel over an Upstream and its fallbacks, and the table of all that are configured.
//
//   Models models(upstream_options, curl_transport());
//   LanguageModel* model = models.find("local");
//   UpstreamOptions one = *parse_model_url("http://127.0.0.1:8000/v1#llama");

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/language_model.h"
#include "model/upstream/upstream.h"

namespace genkai::model {

/// From `http://host:port/v1#name`; the name may be missing when the endpoint serves one model only. The key
/// comes from $GENKAI_API_KEY, else $OPENAI_API_KEY when the host is OpenAI's; a URL with a password in it is
/// invalid_argument.
base::Result<UpstreamOptions> parse_model_url(std::string_view url);

/// A vector of each text, in order.
using Embeddings = std::vector<std::vector<float>>;

/// Tries its upstreams in order: the next one on unavailable, deadline of a try, rate and broken answers; not
/// on invalid_argument. Capabilities are those of the first that answers a probe.
class ChatModel : public LanguageModel {
 public:
  /// REQUIRES: `chain` is not empty and outlives this.
  explicit ChatModel(std::vector<Upstream*> chain);
  ~ChatModel() override;
  const std::string& name() const override;
  base::Task<base::Result<Completion>> complete(ChatRequest request, TextSink on_text = {}) override;
  /// Probes once for each upstream, with one-token requests, and remembers; probes side by side are one.
  base::Task<base::Result<Capabilities>> capabilities() override;
  base::Task<base::Result<Embeddings>> embed(std::vector<std::string> texts, Usage* usage = nullptr);
  /// The protocol itself, for whoever passes requests through: `call` goes to each upstream of the chain in
  /// turn as above, with the body that `body_for` makes for the endpoint's own name of the model.
  base::Task<base::Result<std::unique_ptr<Upstream::Reply>>> call(
      Upstream::Call call, std::function<std::string(const std::string& remote_model)> body_for);
  const std::vector<Upstream*>& chain() const { return chain_; }

 private:
  std::vector<Upstream*> chain_;
};

/// All configured models. Immutable once built; thread-safe.
class Models {
 public:
  /// invalid_argument for a name given twice, a fallback that is not there, or a circle of fallbacks.
  static base::Result<std::unique_ptr<Models>> create(std::vector<UpstreamOptions> options,
                                                      std::shared_ptr<Transport> transport);
  ChatModel* find(std::string_view name) const;  // nullptr when there is none
  std::vector<ChatModel*> all() const;           // in the order of configuration

 private:
  std::vector<std::unique_ptr<Upstream>> upstreams_;
  std::vector<std::unique_ptr<ChatModel>> models_;
};

}  // namespace genkai::model
