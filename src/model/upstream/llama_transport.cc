#include "model/upstream/llama_transport.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "base/thread_pool.h"
#include "model/native/model_file.h"
#include "model/upstream/inprocess_reply.h"
#include "model/upstream/inprocess_request.h"
#include "model/upstream/libllama.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Result;
using base::Task;

constexpr std::string_view kScheme = "llama:";
// Without a setting no more is kept of a context: one of 128k tokens takes 16 GiB of an 8B model.
constexpr std::size_t kMostContext = 32'768;

struct Settings {
  std::size_t context = 0;      // 0: the file's, at most kMostContext
  std::string chat_template{};  // empty: the file's; "none": line by line
};

Result<Settings> settings_of(std::string& path) {
  Settings settings;
  for (const std::string& one : take_settings(path)) {
    const std::string value = one.substr(std::min(one.find('=') + 1, one.size()));
    const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), settings.context);
    if (one.starts_with("context=") && error == std::errc() && stop == value.data() + value.size() &&
        settings.context >= 16 && settings.context <= 1 << 24) {
    } else if (one.starts_with("template=") && !value.empty()) {
      settings.chat_template = value;
    } else {
      return base::fail(Code::invalid_argument, "a llama: model has no setting \"" + one + "\"",
                        "write context=TOKENS (16 or more) or template=NAME, a name of llama.cpp's or none");
    }
  }
  return settings;
}

// Our own reader holds the file's structure against its size before llama.cpp sees it.
Result<LlamaFile> describe(const std::string& path, const Settings& settings) {
  GENKAI_ASSIGN_OR_RETURN(const auto file, native::Gguf::open(path));
  LlamaFile about;
  about.name = native::model_name(*file);
  GENKAI_ASSIGN_OR_RETURN(const std::string kind, file->text("general.architecture"));
  GENKAI_ASSIGN_OR_RETURN(const std::uint64_t trained, file->count(kind + ".context_length"));
  if (trained < 2)
    return base::fail(Code::corrupt, path + ": it has a context of " + std::to_string(trained));
  about.context = std::min<std::size_t>(trained, settings.context > 0 ? settings.context : kMostContext);
  about.completes = native::completes(*file);
  const auto* own = file->get<std::string>("tokenizer.chat_template");
  about.chat_template = !settings.chat_template.empty() ? settings.chat_template
                        : own != nullptr                ? *own
                                                        : std::string();
  if (settings.chat_template == "none") about.chat_template.clear();
  if (!about.chat_template.empty() && !about.completes && !knows_chat_template(about.chat_template))
    return base::fail(
        Code::unsupported,
        settings.chat_template.empty() ? path + ": llama.cpp's library does not know its chat template"
                                       : "llama.cpp has no chat template \"" + settings.chat_template + "\"",
        "name one of its own that fits: llama:FILE.gguf?template=chatml (none: line by line), or "
        "serve the file with llama-server --jinja and give its address");
  return about;
}

ReplyForm form_of(const std::shared_ptr<const LlamaModel>& model, const InprocessRequest& asked,
                  std::size_t prompt) {
  return {.model = model->file().name,
          .piece = [model](native::TokenId id) { return model->piece(id); },
          .ends = [model](native::TokenId id) { return model->ends(id); },
          .stop = asked.options.stop,
          .logprobs = asked.logprobs,
          .prompt_tokens = prompt};
}

// Takes tokens as they are read: nobody reads, nothing is computed.
class Stream final : public HttpExchange {
 public:
  Stream(std::unique_ptr<LlamaGeneration> generation, ReplyForm form, base::ThreadPool& pool)
      : generation_(std::move(generation)), form_(std::move(form)), pool_(pool) {
    headers_.emplace_back("content-type", "text/event-stream");
    told_.resize(generation_->samples().size());
  }
  int status() const override { return 200; }
  std::string_view header(std::string_view name) const override { return find_header(headers_, name); }
  const HttpHeaders& headers() const override { return headers_; }

  Task<Result<std::string>> read() override {
    std::string events;
    co_await base::asio::post(base::asio::use_awaitable);
    while (events.empty() && !done_) {
      auto work = [this] { return generation_->step(); };
      const base::Status stepped = co_await base::on_pool(pool_, std::move(work));
      if (!stepped) co_return base::fail(stepped.error());
      const auto& samples = generation_->samples();
      for (std::size_t i = 0; i < samples.size(); ++i)
        if (!samples[i].tokens.empty()) tell(form_, i, samples[i], told_[i], events);
      if (generation_->running()) continue;
      end_of_stream(form_, samples, events);
      done_ = true;
    }
    co_return events;
  }

 private:
  std::unique_ptr<LlamaGeneration> generation_;
  ReplyForm form_;
  base::ThreadPool& pool_;
  HttpHeaders headers_;
  std::vector<Told> told_;
  bool done_ = false;
};

class LlamaTransport final : public Transport {
 public:
  explicit LlamaTransport(std::shared_ptr<Transport> others) : others_(std::move(others)) {}

  Task<Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    if (!is_llama(request.url)) {
      auto exchange = co_await others_->send(std::move(request));
      co_return exchange;
    }
    co_await base::asio::post(base::asio::use_awaitable);
    std::string path = request.url.substr(kScheme.size());
    const auto endpoint = take_endpoint(path);
    if (!endpoint)
      co_return error_exchange(404, refused_request("a llama: model answers chat completions only"));
    auto work = [&] { return load(path); };
    auto model = co_await base::on_pool(pool_, std::move(work));
    if (!model) co_return base::fail(model.error());
    if (*endpoint == Endpoint::models) co_return models_exchange((*model)->file().name);
    auto asked = read_inprocess_request(request.body, "a llama: model");
    if (!asked) co_return error_exchange(400, asked.error());
    if (asked->format)
      co_return error_exchange(400, refused_request("a llama: model has no response_format"));
    auto cut = [&] { return (*model)->prompt(asked->messages); };
    auto prompt = co_await base::on_pool(pool_, std::move(cut));
    if (!prompt) co_return error_exchange(400, prompt.error());
    if (prompt->size() >= (*model)->file().context)
      co_return error_exchange(400, too_long(prompt->size(), (*model)->file().context));
    ReplyForm form = form_of(*model, *asked, prompt->size());
    auto open = [&] {
      return LlamaGeneration::begin(*model, std::move(*prompt), asked->options, request.deadline);
    };
    auto generation = co_await base::on_pool(pool_, std::move(open));
    if (!generation) co_return base::fail(generation.error());
    if (asked->stream) co_return std::make_unique<Stream>(std::move(*generation), std::move(form), pool_);
    while ((*generation)->running()) {
      auto one = [&] { return (*generation)->step(); };
      const base::Status stepped = co_await base::on_pool(pool_, std::move(one));
      if (!stepped) co_return base::fail(stepped.error());
    }
    co_return std::make_unique<Exchange>(200, "application/json",
                                         whole_reply(form, (*generation)->samples()));
  }

 private:
  // On the pool's only thread.
  Result<std::shared_ptr<const LlamaModel>> load(const std::string& path) {
    std::shared_ptr<const LlamaModel>& model = models_[path];
    if (!model) {
      std::string file = path;
      GENKAI_ASSIGN_OR_RETURN(const Settings settings, settings_of(file));
      GENKAI_ASSIGN_OR_RETURN(LlamaFile about, describe(file, settings));
      GENKAI_ASSIGN_OR_RETURN(model, LlamaModel::load(file, std::move(about)));
    }
    return model;
  }

  std::shared_ptr<Transport> others_;
  std::map<std::string, std::shared_ptr<const LlamaModel>> models_;
  base::ThreadPool pool_{1};
};

}  // namespace

std::shared_ptr<Transport> llama_transport(std::shared_ptr<Transport> others) {
  return std::make_shared<LlamaTransport>(std::move(others));
}

bool is_llama(std::string_view url) {
  return url.starts_with(kScheme);
}

Result<UpstreamOptions> llama_model(std::string_view url) {
  if (!has_libllama()) return base::fail(without_libllama());
  std::string path(url.substr(std::min(url.size(), kScheme.size())));
  GENKAI_ASSIGN_OR_RETURN(const Settings settings, settings_of(path));
  if (path.empty())
    return base::fail(Code::invalid_argument, "llama: names no file", "write --model llama:FILE.gguf");
  GENKAI_ASSIGN_OR_RETURN(const LlamaFile file, describe(path, settings));
  UpstreamOptions options;
  options.base_url = url;
  options.name = options.model = file.name;
  options.capabilities = Capabilities{.streaming = true,
                                      .logprobs = true,
                                      .multiple_samples = true,
                                      .seed = true,
                                      .completes_only = file.completes,
                                      .context_tokens = file.context};
  options.context_tokens = file.context;
  options.deadline = std::chrono::minutes(10);  // large models on a processor, several requests in turn
  options.concurrency = 8;                      // each keeps a context
  return options;
}

}  // namespace genkai::model
