#include "model/upstream/builtin_transport.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "model/native/batch.h"
#include "model/native/model_file.h"
#include "model/upstream/builtin_request.h"
#include "model/upstream/inprocess_reply.h"
#include "model/upstream/inprocess_request.h"

namespace genkai::model {
namespace {

using base::Code;
using base::Result;
using base::Task;

constexpr std::string_view kScheme = "builtin:";
constexpr std::size_t kAhead = 16;  // tokens of a stream that are computed before they are read

// A model with the batchers that run it.
class Loaded {
 public:
  Loaded(native::ModelFile file, const FormsOf& forms) : file_(std::move(file)) {
    if (forms) forms_ = forms(file_.tokenizer);
    const bool large = file_.architecture().parameters() >= kLargeModel;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < (large ? 1 : cores); ++i)
      batchers_.push_back(std::make_unique<native::Batcher>(
          file_.weights, file_.tokenizer, native::BatchOptions{.threads = large ? 0U : 1U}));
  }
  const native::ModelFile& file() const { return file_; }
  Forms* forms() const { return forms_.get(); }
  Result<native::Ticket> submit(std::span<const native::TokenId> prompt,
                                const native::GenerateOptions& options,
                                const native::RequestOptions& request) {
    const auto least = std::min_element(batchers_.begin(), batchers_.end(), [](const auto& a, const auto& b) {
      return a->requests() < b->requests();
    });
    return (*least)->submit(prompt, options, request);
  }

 private:
  native::ModelFile file_;
  std::unique_ptr<Forms> forms_;
  std::vector<std::unique_ptr<native::Batcher>> batchers_;
};

// The ticket's news, waited for without a thread. Cancelled with its Task.
Task<base::Status> next_of(native::Ticket& ticket) {
  const std::function<void()> cancel = [&ticket] { ticket.cancel(); };
  auto start = [&ticket](auto done) {
    ticket.when_ready([done = std::move(done)]() mutable { done(nullptr, true); });
  };
  co_await base::from_thread<bool>(std::move(start), &cancel);
  const auto state = co_await base::asio::this_coro::cancellation_state;
  if (state.cancelled() != base::asio::cancellation_type::none)
    throw boost::system::system_error(base::asio::error::operation_aborted);
  co_return ticket.next();
}

ReplyForm form_of(const std::shared_ptr<Loaded>& model, const BuiltinRequest& asked, std::size_t prompt) {
  ReplyForm form{.model = model->file().name,
                 .piece = [model](native::TokenId id) { return model->file().tokenizer.piece(id); },
                 .ends = [model](native::TokenId id) { return id == model->file().tokenizer.eos(); },
                 .stop = asked.options.stop,
                 .logprobs = asked.logprobs,
                 .prompt_tokens = prompt};
  if (asked.form) form.leading_blanks = asked.form->blank_first ? 1 : 0;
  return form;
}

// Tells tokens as they come. Where nobody reads, kAhead more are computed.
class Stream final : public HttpExchange {
 public:
  Stream(std::shared_ptr<Loaded> model, native::Ticket ticket, ReplyForm form)
      : model_(std::move(model)),
        ticket_(std::move(ticket)),
        form_(std::move(form)),
        told_(ticket_.samples().size()) {
    headers_.emplace_back("content-type", "text/event-stream");
  }
  int status() const override { return 200; }
  std::string_view header(std::string_view name) const override { return find_header(headers_, name); }
  const HttpHeaders& headers() const override { return headers_; }

  Task<Result<std::string>> read() override {
    if (done_) {
      co_await base::asio::post(base::asio::use_awaitable);
      co_return std::string();
    }
    std::string events;
    while (events.empty()) {
      const base::Status status = co_await next_of(ticket_);
      if (!status) co_return base::fail(status.error());
      for (std::size_t i = 0; i < told_.size(); ++i) tell(form_, i, ticket_.samples()[i], told_[i], events);
      if (ticket_.running()) continue;
      end_of_stream(form_, ticket_.samples(), events);
      done_ = true;
    }
    co_return events;
  }

 private:
  std::shared_ptr<Loaded> model_;
  native::Ticket ticket_;
  ReplyForm form_;
  HttpHeaders headers_;
  std::vector<Told> told_;
  bool done_ = false;
};

class BuiltinTransport final : public Transport {
 public:
  BuiltinTransport(std::shared_ptr<Transport> others, FormsOf forms)
      : others_(std::move(others)), forms_(std::move(forms)) {}

  Task<Result<std::unique_ptr<HttpExchange>>> send(HttpRequest request) override {
    if (!request.url.starts_with(kScheme)) {
      auto exchange = co_await others_->send(std::move(request));
      co_return exchange;
    }
    co_await base::asio::post(base::asio::use_awaitable);
    std::string path = request.url.substr(kScheme.size());
    const auto endpoint = take_endpoint(path);
    if (!endpoint)
      co_return error_exchange(404, refused_request("the built-in model answers chat completions only"));
    const auto settings = take_builtin_settings(path);
    if (!settings) co_return base::fail(settings.error());
    auto model = load(path);
    if (!model) co_return base::fail(model.error());
    if (*endpoint == Endpoint::models) co_return models_exchange((*model)->file().name);
    auto asked = read_builtin_request(request.body, (*model)->file(), (*model)->forms(), *settings);
    if (!asked) co_return error_exchange(400, asked.error());
    const std::vector<native::TokenId> prompt = (*model)->file().tokenizer.encode(asked->prompt, true);
    if (const std::size_t context = (*model)->file().architecture().context; prompt.size() >= context)
      co_return error_exchange(400, too_long(prompt.size(), context));
    ReplyForm form = form_of(*model, *asked, prompt.size());
    auto ticket = (*model)->submit(prompt, asked->options,
                                   {.deadline = request.deadline, .ahead = asked->stream ? kAhead : 0});
    if (!ticket) co_return base::fail(ticket.error());
    if (asked->stream)
      co_return std::make_unique<Stream>(std::move(*model), std::move(*ticket), std::move(form));
    const base::Status status = co_await next_of(*ticket);
    if (!status) co_return base::fail(status.error());
    co_return std::make_unique<Exchange>(200, "application/json", whole_reply(form, ticket->samples()));
  }

 private:
  Result<std::shared_ptr<Loaded>> load(const std::string& path) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<Loaded>& model = models_[path];
    if (!model) {
      GENKAI_ASSIGN_OR_RETURN(native::ModelFile file, native::load_model(path));
      model = std::make_shared<Loaded>(std::move(file), forms_);
    }
    return model;
  }

  std::shared_ptr<Transport> others_;
  FormsOf forms_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Loaded>> models_;
};

// The model that ships: named by the environment, beside the program, or in the source tree that it was built
// in.
Result<std::string> shipped() {
  if (const char* named = std::getenv("GENKAI_MODEL"); named != nullptr && *named != '\0')
    return std::string(named);
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  for (auto folder = program; !folder.empty(); folder = folder.parent_path()) {
    for (const char* place :
         {"genkai-builtin.gguf", "models/genkai-builtin.gguf", "share/genkai/genkai-builtin.gguf"})
      if (std::filesystem::exists(folder / place, ignored)) return (folder / place).string();
    if (folder == folder.parent_path()) break;
  }
  return base::fail(Code::not_found, "there is no genkai-builtin.gguf beside the program",
                    "name a model file: --model builtin:FILE.gguf, or set GENKAI_MODEL");
}

}  // namespace

std::shared_ptr<Transport> builtin_transport(std::shared_ptr<Transport> others, FormsOf forms) {
  return std::make_shared<BuiltinTransport>(std::move(others), std::move(forms));
}

bool is_builtin(std::string_view url) {
  const std::string_view name = kScheme.substr(0, kScheme.size() - 1);
  return url == name || url.starts_with(kScheme) || (url.starts_with(name) && url[name.size()] == '?');
}

Result<UpstreamOptions> builtin_model(std::string_view url) {
  std::string path(url.substr(std::min(url.size(), kScheme.size() - 1)));
  if (path.starts_with(':')) path.erase(0, 1);
  const std::string with_settings = path;
  GENKAI_ASSIGN_OR_RETURN(const BuiltinSettings settings, take_builtin_settings(path));
  const std::string behind = with_settings.substr(path.size());
  if (path.empty()) {
    GENKAI_ASSIGN_OR_RETURN(path, shipped());
  }
  GENKAI_ASSIGN_OR_RETURN(const native::ModelFile file, native::load_model(path));
  if (settings.context_aware > 0 && !file.completes)
    return base::fail(Code::unsupported, "context_aware needs a model that completes passages and question",
                      "leave it out: in this model's conversations the context cannot be told from the rest");
  UpstreamOptions options;
  options.base_url = std::string(kScheme) + path + behind;
  options.name = options.model = file.name;
  options.capabilities = Capabilities{.streaming = true,
                                      .logprobs = true,
                                      .multiple_samples = true,
                                      .seed = true,
                                      .json_schema = !file.completes,
                                      .completes_only = file.completes,
                                      .context_tokens = file.architecture().context};
  options.context_tokens = file.architecture().context;
  return options;
}

}  // namespace genkai::model
